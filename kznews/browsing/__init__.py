"""The archive in a browser, by Datasette (``scrapy browse``).

``database`` makes a database for reading out of the archive, ``server`` shows it.
"""
