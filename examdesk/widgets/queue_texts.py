"""The words of customers who wait, alone or in a queue, in every language; a part of `texts.TEXTS`."""

from __future__ import annotations

QUEUE: dict[str, dict[str, str]] = {
    "zh": {
        "chat_begin": "开始接待",
        "chat_begin_hint": "本题计算顾客等待的时间：点击“开始接待”后，顾客进线并等您回复；暂停时不计时。",
        "chat_waited": "等待您的回复：{s} 秒",
        "chat_with": "与{name}的对话",
        "message_to": "给{name}的消息，按 Ctrl+Enter 发送",
        "queue": "等待接待的买家",
        "queue_begin": "开始接待",
        "queue_begin_hint": "本题计算等待的时间：点击“开始接待”后，买家陆续进线，每一位都在等您回复；暂停时不计时。",
        "queue_choose": "请先打开一个对话。",
        "queue_unread": "{n} 条未读",
        "queue_waited": "已等 {n} 步",
        "queue_seconds": "已等 {s} 秒",
        "queue_over": "已结束",
        "queue_news": "有新消息：{names}",
        "comma": "、",
    },
    "en": {
        "chat_begin": "Take the chat",
        "chat_begin_hint": "Waiting counts: once you take the chat, the customer waits for you. Pauses do not count.",
        "chat_waited": "Waiting for your answer: {s} s",
        "chat_with": "Chat with {name}",
        "message_to": "Type a message to {name}, Ctrl+Enter sends it",
        "queue": "Customers at the desk",
        "queue_begin": "Open the desk",
        "queue_begin_hint": "Waiting counts: once you open the desk, customers come, and each of them waits for you, "
                            "also while you serve others. Pauses do not count.",
        "queue_choose": "Open a chat first.",
        "queue_unread": "{n} unread",
        "queue_waited": "waiting {n} turns",
        "queue_seconds": "waiting {s} s",
        "queue_over": "ended",
        "queue_news": "New messages: {names}",
        "comma": ", ",
    },
}
