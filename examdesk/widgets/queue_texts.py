"""The words of a queue of customers, in every language; a part of `texts.TEXTS`."""

from __future__ import annotations

QUEUE: dict[str, dict[str, str]] = {
    "zh": {
        "chat_with": "与{name}的对话",
        "message_to": "给{name}的消息，按 Ctrl+Enter 发送",
        "queue": "等待接待的买家",
        "queue_choose": "请先打开一个对话。",
        "queue_unread": "{n} 条未读",
        "queue_waited": "已等 {n} 步",
        "queue_over": "已结束",
        "queue_news": "有新消息：{names}",
        "comma": "、",
    },
    "en": {
        "chat_with": "Chat with {name}",
        "message_to": "Type a message to {name}, Ctrl+Enter sends it",
        "queue": "Customers at the desk",
        "queue_choose": "Open a chat first.",
        "queue_unread": "{n} unread",
        "queue_waited": "waiting {n} turns",
        "queue_over": "ended",
        "queue_news": "New messages: {names}",
        "comma": ", ",
    },
}
