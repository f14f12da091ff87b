"""The quarterly files of CMS as they are downloaded, read into editions of tables."""
