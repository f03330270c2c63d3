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
    "error_password_same": (
        "新密码不能与当前密码相同。",
        "The new password must be another one than the current one.",
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
    "error_oidc_down": (
        "公司账号系统暂时没有响应，请过几分钟再试。",
        "The company's sign-in does not answer. Please try again in a few minutes.",
    ),
    "error_oidc_refused": (
        "公司账号系统没有确认这次登录，请重新登录。",
        "The company's sign-in did not confirm this. Please sign in again.",
    ),
    "error_oidc_expired": (
        "这次登录已过期，或不是从这个浏览器开始的，请重新登录。",
        "This sign-in has run out, or did not begin in this browser. Please sign in again.",
    ),
    "error_oidc_no_role": (
        "您的公司账号没有使用工作台的权限。请联系公司账号的管理员。",
        "Your company account has no role here. Ask whoever keeps the company's accounts.",
    ),
    "error_account_disabled": (
        "您的账号已停用。请联系管理员。",
        "Your account is disabled. Please ask an admin.",
    ),
    "error_password_login_off": (
        "这里只能使用公司账号登录。",
        "People sign in with their company account here.",
    ),
    "error_no_password_here": (
        "您使用公司账号登录，密码在公司账号系统中修改。",
        "You sign in with a company account. Its password is changed there.",
    ),
    "error_not_found": ("没有这个页面。", "There is no such page."),
    "error_busy": (
        "系统繁忙，请过几秒再试。",
        "The service is busy. Please try again in a few seconds.",
    ),
    "error_bug": ("出了点问题，请稍后再试。", "Something went wrong. Please try again later."),
}
