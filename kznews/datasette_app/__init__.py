"""The archive in a browser, by Datasette (``scrapy browse``).

``reading_db`` makes a database for reading out of the archive, ``server`` shows it.
"""
