from __future__ import annotations

from pydantic import BaseModel, Field


class KeyOut(BaseModel):
    """What is kept of a key."""

    id: str = Field(description="names the key, and is no secret")
    hint: str = Field(description="how the key begins")
    created_at: str
    last_used_at: str | None = Field(description="to the hour")


class NewKeyOut(KeyOut):
    key: str = Field(description="the key itself, shown this once")


class KeysOut(BaseModel):
    keys: list[KeyOut]
