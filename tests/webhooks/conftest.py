from tests.store.conftest import file, hold, sqlite, store, url

__all__ = ["file", "hold", "sqlite", "store", "url"]
