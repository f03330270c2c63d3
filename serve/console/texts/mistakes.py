"""What can go wrong, in words."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
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
