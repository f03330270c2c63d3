"""Every text of the pages for people who work here, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from serve.pages.texts import LANGUAGES

_TEXTS: dict[str, tuple[str, str]] = {
    # every page
    "service": ("餐品售后 · 工作台", "Meal care · console"),
    "other_language": ("English", "中文"),
    "skip": ("跳到正文", "Skip to content"),
    "menu": ("菜单", "Menu"),
    "home": ("首页", "Home"),
    "signed_in_as": ("已登录：{name}（{role}）", "Signed in: {name} ({role})"),
    "role_agent": ("客服", "agent"),
    "role_lead": ("主管", "lead"),
    "role_admin": ("管理员", "admin"),
    "log_out": ("退出登录", "Sign out"),
    "problem_title": ("请注意", "Please note"),
    # signing in
    "login_title": ("登录", "Sign in"),
    "login_lead": ("供处理售后的同事使用。", "For colleagues who handle claims."),
    "name": ("用户名", "Name"),
    "password": ("密码", "Password"),
    "log_in": ("登录", "Sign in"),
    "login_help": (
        "忘记密码？请联系管理员重新设置。",
        "Forgot the password? An admin can set a new one.",
    ),
    "logged_out": ("您已退出登录。", "You are signed out."),
    # the password
    "password_title": ("修改密码", "Change password"),
    "password_lead": (
        "{least} 个字符以上；修改后，其他设备上的登录会失效。",
        "At least {least} characters. Sessions on other devices end.",
    ),
    "current_password": ("当前密码", "Current password"),
    "new_password": ("新密码", "New password"),
    "new_password_again": ("再输一次新密码", "New password once more"),
    "save_password": ("修改密码", "Change password"),
    "password_changed": ("密码已修改。", "The password is changed."),
    # the first page
    "home_title": ("工作台", "Console"),
    "home_lead": ("您好，{name}。", "Hello, {name}."),
    # what can go wrong
    "error_wrong_login": (
        "用户名或密码不正确。",
        "Name or password are not right.",
    ),
    "error_wrong_password": (
        "当前密码不正确。",
        "The current password is not right.",
    ),
    "error_too_many_logins": (
        "尝试次数过多，请在 {seconds} 秒后再试。",
        "Too many attempts. Please try again in {seconds} seconds.",
    ),
    "error_password_length": (
        "新密码需要 {least} 到 {most} 个字符。",
        "A new password has {least} to {most} characters.",
    ),
    "error_password_is_name": (
        "新密码不能与用户名相同。",
        "A password must not be the name.",
    ),
    "error_password_differs": (
        "两次输入的新密码不一致。",
        "The new password was typed differently the second time.",
    ),
    "error_session_ended": (
        "登录已过期，请重新登录。",
        "Your session has ended. Please sign in again.",
    ),
    "error_wrong_role": (
        "您的账号没有查看此页面的权限。",
        "Your account may not see this page.",
    ),
    "error_csrf": (
        "无法确认这次操作来自本页面。请返回、刷新页面后重试。",
        "This could not be traced to a page of ours. Go back, reload the page and try again.",
    ),
    "error_not_found": ("没有这个页面。", "There is no such page."),
    "error_busy": (
        "系统繁忙，请过几秒再试。",
        "The service is busy. Please try again in a few seconds.",
    ),
    "error_bug": ("出了点问题，请稍后再试。", "Something went wrong. Please try again later."),
}

NAMES = frozenset(_TEXTS)


def texts_in(language: str) -> Mapping[str, str]:
    """Returns all texts by name in one of the pages' languages."""
    column = LANGUAGES.index(language)
    return MappingProxyType({name: texts[column] for name, texts in _TEXTS.items()})
