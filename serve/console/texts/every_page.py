"""Texts that every page of the console shares."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "service": ("餐品售后 · 工作台", "Meal care · console"),
    "other_language": ("English", "中文"),
    "skip": ("跳到正文", "Skip to content"),
    "menu": ("菜单", "Menu"),
    "signed_in_as": ("已登录：{name}（{role}）", "Signed in: {name} ({role})"),
    "role_agent": ("客服", "agent"),
    "role_lead": ("主管", "lead"),
    "role_admin": ("管理员", "admin"),
    "log_out": ("退出登录", "Sign out"),
    "problem_title": ("请注意", "Please note"),
}
