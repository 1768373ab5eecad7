from tests.store.conftest import file, hold, sqlite, sqlite_url, store, url

__all__ = ["file", "hold", "sqlite", "sqlite_url", "store", "url"]
