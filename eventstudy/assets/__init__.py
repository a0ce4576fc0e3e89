"""The catalogue of assets people study: one table that serves the text side and the price side."""
