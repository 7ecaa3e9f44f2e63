"""What looks like a slot of a template that nobody filled: "(Your name)", "{agent}", 【店铺名】, XX, ____.

It only looks: whoever uses this asks a person. A bracket is a slot by the word in it:
(38), (free) and 【包邮】 are none.

>>> open_slots("Yes, we have 6 lots left (free shipping).\\nBest regards,\\n(Your name)")
['(Your name)']
>>> open_slots("亲，【店铺名】欢迎您，我是{agent}，XX天内发货，【包邮】哦")
['【店铺名】', '{agent}', 'XX']
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 20_000  # characters looked at
MOST = 5  # slots told

# What can only be the name of a slot, in whatever brackets and also with "your", "insert" or 请填写 in front …
_NAMES = frozenset([
    "name", "agent", "agent name", "agent's name", "seller name", "shop", "shop name", "store name",
    "company name", "buyer name", "buyer's name", "customer name", "customer's name", "product name",
    "item name", "tracking number", "tracking no", "tracking no.", "order number", "order id", "姓名", "名字",
    "店名", "店铺", "店铺名", "店铺名称", "客服", "客服名", "客服姓名", "客服昵称", "昵称", "旺旺名", "买家",
    "买家名", "买家姓名", "买家昵称", "顾客", "顾客姓名", "顾客昵称", "客户姓名", "商品名", "商品名称",
    "产品名", "产品名称", "款式名", "快递单号", "订单号", "物流单号", "快递公司名",
])
# … and what may also head a line, as in 【尺码】38 or [Size] 38.
_HEADS = frozenset([
    "product", "item", "date", "time", "price", "size", "colour", "color", "quantity", "number", "amount",
    "days", "discount", "percent", "carrier", "model", "日期", "时间", "价格", "金额", "尺码", "颜色", "数量",
    "天数", "折扣", "单号", "快递", "快递公司", "型号", "商品", "产品", "款式", "库存", "邮费", "运费",
])
_FILL = re.compile(r"(?:please )?(?:insert|enter|fill in|type|put|write) (?:the |your |a )?|your |"
                   r"(?:请|此处|这里|在此)?(?:填写|填入|输入|填)|您的|你的")
_BRACKET = re.compile(r"\(([^()\n]{1,40})\)|\[([^\[\]\n]{1,40})\]|<([^<>\n]{1,40})>|"
                      r"【([^【】\n]{1,40})】|〔([^〔〕\n]{1,40})〕")
_BRACE = re.compile(r"\{{1,2}([^{}\n]{1,40})\}{1,2}")
_CALLED = re.compile(r"[^\W\d_][\w '’.-]*")
_BLANK = re.compile(r"(?<![_^TtoO>=-])_{3,}(?![_^TtoO<=-])|"  # ^___^ and T___T are faces
                    r"(?<![a-z0-9-])x{2,}(?![a-z0-9]|-large|-small)|×{2,}|○{2,}", re.IGNORECASE)
_SIGNED = frozenset((
    "your name", "agent name", "shop name", "store name", "您的姓名", "您的名字", "你的名字", "店铺名", "客服姓名",
))
_STOPS = frozenset(",.;:!?，。；：！？、~ \n\t")


def open_slots(text: str) -> list[str]:
    """The slots left in a text as they stand there, in order; at most five, each once."""
    shown = "".join(map(_plain, text[:LONGEST]))
    found = [(one.start(), one[0]) for one in _BRACKET.finditer(shown) if _is_slot(shown, one)]
    found += [(one.start(), one[0]) for one in _BRACE.finditer(shown) if _CALLED.fullmatch(one[1].strip())]
    found += [(one.start(), one[0][:10]) for one in _BLANK.finditer(shown)]
    found += _signed(shown)
    return list(dict.fromkeys(said for _, said in sorted(found)))[:MOST]


@lru_cache(maxsize=10_000)
def _plain(char: str) -> str:
    """A character without its width; one by one, since thousands of marks over one letter take long to sort."""
    return unicodedata.normalize("NFKC", char)[:3]


def _is_slot(text: str, bracket: re.Match[str]) -> bool:
    inner = next(group for group in bracket.groups() if group is not None)
    said = " ".join(inner.casefold().replace("’", "'").split())
    bare = _FILL.sub("", said, count=1) if _FILL.match(said) else said
    if said in _NAMES or bare.removesuffix(" here") in _NAMES:
        return True
    return said in _HEADS and not _is_heading(text, bracket)


def _is_heading(text: str, bracket: re.Match[str]) -> bool:
    """Whether the bracket begins a line or clause and what it asks for stands behind it."""
    before, behind = text[: bracket.start()][-1:], text[bracket.end() :].lstrip(" ")[:1]
    if behind == ":" or behind.isdigit():
        return True
    begins = not before or before in _STOPS
    return begins and bool(behind) and behind not in _STOPS and behind not in "前后内左之到起以"


def _signed(text: str) -> list[tuple[int, str]]:
    """Lines that are nothing but what a template signs with."""
    found, at = [], 0
    for line in text.split("\n"):
        said = line.strip(" \t\r.,!-~")
        if said.casefold() in _SIGNED:
            found.append((at, said))
        at += len(line) + 1
    return found
