"""Texts of signing in and of the password."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "login_title": ("登录", "Sign in"),
    "login_lead": ("供处理售后的同事使用。", "For colleagues who handle claims."),
    "name": ("用户名", "Name"),
    "password": ("密码", "Password"),
    "log_in": ("登录", "Sign in"),
    "login_help": (
        "忘记密码？请联系管理员重新设置。",
        "Forgot the password? An admin can set a new one.",
    ),
    "log_in_company": ("使用公司账号登录", "Sign in with your company account"),
    "login_help_company": (
        "无法登录？请联系公司账号的管理员。",
        "Cannot sign in? Ask whoever keeps the company's accounts.",
    ),
    "logged_out": ("您已退出登录。", "You are signed out."),
    "password_title": ("修改密码", "Change password"),
    "password_lead": (
        "{least} 个字符以上；修改后，其他设备上的登录会失效。",
        "At least {least} characters. Sessions on other devices end.",
    ),
    "current_password": ("当前密码", "Current password"),
    "new_password": ("新密码", "New password"),
    "new_password_again": ("再输一次新密码", "New password once more"),
    "save_password": ("修改密码", "Change password"),
    "password_is_temporary": (
        "这个密码是别人为您生成的，请先改成只有您知道的密码。",
        "Somebody else made this password for you: first change it to one that only you know.",
    ),
    "password_changed": ("密码已修改。", "The password is changed."),
}
