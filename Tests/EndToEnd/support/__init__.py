"""What the end-to-end tests share: the server under test, its peers, and people with browsers."""
