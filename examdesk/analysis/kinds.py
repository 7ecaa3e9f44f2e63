"""The item types as people who read results call them."""

from __future__ import annotations

from examdesk.model import LANGUAGES

_KINDS = {
    "choice": ("单选题", "single-choice questions"),
    "multi": ("多选题", "multiple-choice questions"),
    "numeric": ("计算填空题", "number questions"),
    "ordering": ("排序题", "ordering questions"),
    "matching": ("配对题", "matching questions"),
    "transcript": ("聊天记录审查题", "chat records"),
    "register": ("登记表题", "registers"),
    "reply": ("回复题", "replies"),
    "scenario": ("模拟顾客对话", "chats with a mock customer"),
    "typing": ("打字测试", "typing tests"),
    "triage": ("排队处理题", "queues"),
    "inbox": ("收件箱题", "inboxes"),
}


def kind_name(kind: str, language: str) -> str:
    """What items of a type are called; a stranger's type by its own name.

    >>> kind_name("reply", "en")
    'replies'
    """
    return _KINDS[kind][LANGUAGES.index(language)] if kind in _KINDS else kind
