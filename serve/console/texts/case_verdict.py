"""The page of a case: the verdict, its keys, what can go wrong with it."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "case_verdict": ("裁定", "Verdict"),
    "case_keys": ("快捷键", "Keys"),
    "case_close": ("关闭", "Close"),
    "case_grade": ("等级", "Grade"),
    "case_decision": ("决定", "Decision"),
    "case_approve": ("通过", "Approve"),
    "case_decline": ("拒绝", "Decline"),
    "case_close_claim": ("结束", "Close"),
    "case_amount": ("赔付金额（元）", "Amount (yuan)"),
    "case_amount_problem": ("按哪类问题", "By the rule for"),
    "case_use_proposal": ("用建议金额 {amount}", "Use {amount}"),
    "case_why_rule": (
        "{problem}（{severity}）按规则赔 {percent}%：{amount}",
        "The policy gives {percent} % for {problem}, {severity}: {amount}",
    ),
    "case_why_max": ("规则上限 {amount}", "at most {amount} by the policy"),
    "case_why_left": ("本单只剩 {amount}", "{amount} of the price are left"),
    "case_why_granted": ("此前已赔 {amount}", "{amount} were granted before"),
    "case_why_none": (
        "规则对此没有规定，请自己填写金额。",
        "The policy has no entry for this: enter an amount.",
    ),
    "case_why_grade": (
        "先选等级，金额按规则填好。",
        "Pick a grade: the amount follows the policy.",
    ),
    "case_limits_price": (
        "本案累计最多 {amount}",
        "At most {amount} for this case in all",
    ),
    "case_limits_authority": (
        "本案累计最多 {amount}（您的权限）",
        "At most {amount} for this case in all (your authority)",
    ),
    "case_over": (
        "{amount} 超过您的权限 {most}，不能由您提交。请转给主管，或按照片确有理由时改小金额。",
        "{amount} is above your authority of {most}: you cannot give it. Hand the case to a lead, "
        "or enter less where the photos give a reason to.",
    ),
    "case_hand_over": ("转给主管", "Hand to a lead"),
    "case_wrong_hand_over": (
        "没有转给主管，请再试一次。您填的都还在。",
        "The case was not handed over: try again. Nothing you entered is lost.",
    ),
    "case_wrong_for_lead": (
        "此案已转给主管，由主管裁定。",
        "This case was handed to a lead, who decides it.",
    ),
    "case_labels": ("标注照片 {number}", "Labels of photo {number}"),
    "case_labels_hint": ("不标注也可以裁定。", "A verdict needs no labels."),
    "case_spoilage": ("有变质？", "Spoiled?"),
    "case_yes": ("有", "yes"),
    "case_no": ("没有", "no"),
    "case_cannot_tell": ("看不出", "unclear"),
    "case_spoilage_grade": ("变质程度", "How badly"),
    "case_foreign": ("异物", "Foreign objects"),
    "case_none_seen": ("没有异物", "none"),
    "case_kind_insect": ("昆虫", "insect"),
    "case_kind_hair": ("毛发", "hair"),
    "case_kind_plastic": ("塑料", "plastic"),
    "case_kind_metal": ("金属", "metal"),
    "case_kind_glass": ("玻璃", "glass"),
    "case_kind_paper": ("纸片", "paper"),
    "case_kind_stone": ("石子", "stone"),
    "case_kind_other": ("其他", "other"),
    "case_marks": ("框与区域", "Boxes and regions"),
    "case_marks_hint": (
        "虚线框是模型的：确认、改动后才算您的标注。",
        "Dashed boxes are the model's: they count once you confirm or change them.",
    ),
    "case_box": ("框 {number}", "Box {number}"),
    "case_region": ("变质区域 {number}", "Spoiled region {number}"),
    "case_region_points": ("区域 {number} 的点：x,y x,y …", "Points of region {number}: x,y x,y …"),
    "case_kind": ("种类", "Kind"),
    "case_confirm": ("确认", "Confirm"),
    "case_delete": ("删除", "Delete"),
    "case_add_box": ("加一个框（填数字）", "Add a box by numbers"),
    "case_add_region": ("加一个区域（填数字）", "Add a region by numbers"),
    "case_note": ("给顾客的话", "Note for the customer"),
    "case_note_hint": (
        "写照片上看到的，不写姓名和号码",
        "What the photo shows; no names or numbers",
    ),
    "case_send": ("提交裁定", "Give the verdict"),
    "case_sending": ("正在提交…", "Sending …"),
    "case_sent": (
        "裁定将在 {seconds} 秒后生效，可以撤销。",
        "The verdict counts in {seconds} s. Until then it can be undone.",
    ),
    "case_sent_before": (
        "您此前提交的裁定已经收到，将在 {seconds} 秒后生效，可以撤销。",
        "Your verdict had come in: it counts in {seconds} s. Until then it can be undone.",
    ),
    "case_giving": ("裁定正在生效…", "The verdict is being given …"),
    "case_given": ("裁定已生效。", "The verdict is given."),
    "case_last": ("上一裁定：{problem} · {product}", "Last verdict: {problem} · {product}"),
    "case_not_given": (
        "您对此案的上一次裁定没有生效：{why}。",
        "Your last verdict on this case was not given: {why}.",
    ),
    "case_not_given_on": (
        "您上一次对 {product} 的裁定没有生效：{why}。",
        "Your last verdict on {product} was not given: {why}.",
    ),
    "case_not_given_unknown": (
        "裁定没有生效，您填的都还在。",
        "The verdict was not given. Nothing you entered is lost.",
    ),
    "case_undo": ("撤销", "Undo"),
    "case_undone": ("已撤销，可以修改后重新提交。", "Undone. Change what you like and send again."),
    "case_next": ("下一案", "Next case"),
    "case_seconds": ("{seconds} 秒后生效", "counts in {seconds} s"),
    # What is missing or goes wrong
    "case_wrong_grade": ("请选择等级（1 2 3 4 0）。", "Pick a grade (1 2 3 4 0)."),
    "case_wrong_decision": ("请选择决定（a d c）。", "Pick a decision (a d c)."),
    "case_wrong_amount": (
        "请填写金额，例如 16.40。",
        "Enter an amount such as 16.40.",
    ),
    "case_wrong_most": (
        "金额超过了 {amount}：{why}。",
        "The amount is above {amount}: {why}.",
    ),
    "case_wrong_price": ("实付金额所剩", "what is left of the price"),
    "case_wrong_authority": ("您的权限", "your authority"),
    "case_wrong_lost": (
        "连不上服务器，不知道裁定是否已提交。您填的都还在，请检查网络后再提交，不会重复。",
        "The service cannot be reached, and may have the verdict or not. Nothing you entered is "
        "lost: check the connection and send again; it counts once.",
    ),
    "case_wrong_not_sent": (
        "连接中断，裁定没有提交。您填的都还在，请再提交一次。",
        "The connection broke and the verdict was not sent. Nothing you entered is lost: send "
        "it again.",
    ),
    "case_wrong_undo_lost": (
        "连接中断，裁定可能还没有撤销。请再撤销一次。",
        "The connection broke: the verdict may not be undone. Undo it again.",
    ),
    "case_wrong_session": (
        "登录已过期。请重新登录，您填的内容会保留。",
        "Your session has ended. Sign in again: what you entered is kept.",
    ),
    "case_sign_in": ("重新登录", "Sign in"),
    "case_wrong_held": (
        "另一位同事正在处理此案，裁定没有提交。您填的都还在。",
        "Somebody else has this case open: the verdict was not sent. Nothing you entered is lost.",
    ),
    "case_wrong_unseen": (
        "顾客刚刚补了照片。请刷新页面看过再提交，您填的都会保留。",
        "The customer has just added a photo. Reload the page and look: what you entered is kept.",
    ),
    "case_wrong_late": (
        "此案已有裁定，或不再等待裁定。请刷新页面。",
        "This case has its verdict, or waits for none any more. Reload the page.",
    ),
    "case_wrong_undo": (
        "来不及撤销：裁定已经生效。",
        "Too late to undo: the verdict has been given.",
    ),
    "case_wrong_above_authority": (
        "金额超过了您的权限，裁定没有提交。请转给主管。",
        "The amount is above your authority: the verdict was not sent. Hand the case to a lead.",
    ),
    "case_wrong_above_price": (
        "金额超过了实付金额所剩，裁定没有提交。请刷新页面。",
        "The amount is above what is left of the price: the verdict was not sent. Reload the page.",
    ),
    "case_wrong_input": (
        "裁定没有被接受（{code}）。您填的都还在，请检查标注，或刷新页面再提交。",
        "The verdict was not accepted ({code}). Nothing you entered is lost: check the labels, or "
        "reload the page and send again.",
    ),
    "case_wrong_server": (
        "服务器出了问题，裁定没有提交。您填的都还在，请稍后再提交。",
        "The service failed; the verdict was not sent. Nothing you entered is lost: try again.",
    ),
    # Keys
    "case_key_grade": (
        "等级：无、轻微、中等、严重、无法判定",
        "grade: none, minor, moderate, severe, unknown",
    ),
    "case_key_decision": ("通过、拒绝、结束", "approve, decline, close"),
    "case_key_amount": ("填金额", "to the amount"),
    "case_key_spoilage": (
        "这张照片变质：有、没有、看不出",
        "this photo is spoiled: yes, no, unclear",
    ),
    "case_key_foreign": ("选异物种类；没有异物", "kinds of foreign objects; none"),
    "case_key_draw": ("画异物框；圈变质区域", "draw a box; outline spoilage"),
    "case_key_delete": ("删除选中的框", "delete the chosen box"),
    "case_key_note": ("写备注", "to the note"),
    "case_key_send": ("提交裁定（输入时也可用）", "give the verdict (also while typing)"),
    "case_key_undo": ("撤销裁定", "undo the verdict"),
    "case_key_next": ("提交之后：下一案", "after the verdict: next case"),
    "case_key_photo": ("上一张、下一张照片", "previous, next photo"),
    "case_key_zoom": ("放大、缩小、看整张", "zoom in, zoom out, whole photo"),
    "case_key_overlay": ("显示或隐藏模型标记", "model's marks on or off"),
    "case_key_packing": ("出餐照：并排、滑动、关闭", "packing photo: beside, slider, off"),
    "case_key_escape": ("离开输入框、结束画框", "leave a field, end drawing"),
    "case_key_help": ("这张表", "this list"),
}
