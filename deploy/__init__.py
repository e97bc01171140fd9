"""Deployment to Scrapyd: `make deploy`, the commands of the timers, the files of a server."""
