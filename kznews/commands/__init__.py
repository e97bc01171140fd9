"""What a person types: Scrapy's commands, and the project's own."""
