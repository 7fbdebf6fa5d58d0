"""What is left of somebody on a server's disk, wherever it is: rows, files, mails."""

import uuid

from .server import Server


def _holds(data: bytes, word: str) -> bool:
    """As text, or as the sixteen bytes of an id."""
    if word.lower().encode() in data.lower():
        return True
    try:
        return uuid.UUID(word).bytes in data
    except ValueError:
        return False


def leftovers(server: Server, *words: str) -> list[str]:
    """Each file below DATA_DIR whose name or bytes hold one of these words, and which."""
    found = []
    for path in sorted(server.data.rglob("*")):
        name = str(path.relative_to(server.data))
        try:
            data = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue
        found += [f"{word} in {name}" for word in words if word.lower() in name.lower() or _holds(data, word)]
    return found


def files_below(server: Server, *folders: str) -> list[str]:
    """Every file in these folders of DATA_DIR."""
    paths = [path for folder in folders for path in (server.data / folder).rglob("*") if path.is_file()]
    return [str(path.relative_to(server.data)) for path in paths]
