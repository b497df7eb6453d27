"""What is kept: tables, queries, migrations, reader views, the media store and the embedded servers."""
