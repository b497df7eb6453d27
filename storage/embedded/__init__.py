"""The Postgres and Valkey that Vertelbot starts itself when no addresses of servers are given.

Enter through `storage.embedded.home.running_servers`; every failure is an
`storage.embedded.errors.EmbeddedServerError`.
"""
