"""User tokens as a studio's app makes them."""

import time

import jwt

JWT_SECRET = "end-to-end tests sign with this secret, and nobody else does"


def user_token(subject: str, *, secret: str = JWT_SECRET, expires_in: float = 3600, **claims) -> str:
    now = time.time()
    return jwt.encode({"sub": subject, "iat": int(now), "exp": int(now + expires_in)} | claims, secret, algorithm="HS256")


def expired_token(subject: str, **claims) -> str:
    return user_token(subject, expires_in=-10, **claims)


def tampered(token: str) -> str:
    """The same token with one character of its signature changed."""
    head, signature = token.rsplit(".", 1)
    middle = len(signature) // 2
    other = "A" if signature[middle] != "A" else "B"
    return f"{head}.{signature[:middle]}{other}{signature[middle + 1:]}"
