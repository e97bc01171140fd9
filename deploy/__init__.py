"""The project on Scrapyd: `make deploy`, what the timers call, and the files of a server."""
