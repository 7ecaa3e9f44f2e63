"""What looks like a private contact, and what only has an @, a dot or digits in it."""

from __future__ import annotations

import time

import pytest

from examdesk.wording.contacts import private_contact

KNOWN = ["112-4457890-1234567", "@marketplace.amazon.com", "LX100200300CN"]


@pytest.mark.parametrize("text", [
    "write to lina@example.com", "lina@example.co.uk please",
    "ＬＩＮＡ＠ｅｘａｍｐｌｅ．ｃｏｍ", "lina @ example . com",
    "lina (at) example (dot) com", "lina[at]example.com", "lina at example dot com", "call +86 138 0013 8000",
    "call 138-0013-8000", "（010）6234 5678", "see www.my-shop.cn", "https://t.me/lina", "my-shop dot com",
    "add me on WhatsApp 13800138", "WeChat: lina_2016", "微信号：lina2016", "qq 12345678", "my skype name is lina.77",
    "邮箱lina@qq.com", "order 112-4457890-7654321",
])  # fmt: skip
def test_a_private_contact_is_seen(text: str) -> None:
    assert private_contact(text, known=KNOWN)


@pytest.mark.parametrize("text", [
    "We may only write to each other here.", "I cannot give you my e-mail address.",
    "We do not use WhatsApp or WeChat.",
    "It left on 2016-08-02 and arrives on 18.08.2016.", "order 112-4457890-1234567", "parcel LX100200300CN",
    "It costs USD 12.50, 1,200 in all.", "We ship at noon. Please wait.", "Look at this: it is 20 mm wide.",
    "r4k9x2@marketplace.amazon.com", "Open 9:00-18:00, 7 days.", "size US 9.5 = 25.4 cm", "Kind regards, Lina", "",
    "I am at home.Please wait", "3.1 kg at 2.5 each. Net 5.6", "e.g. one at a time.",
])  # fmt: skip
def test_what_is_no_private_contact_is_left_alone(text: str) -> None:
    assert private_contact(text, known=KNOWN) is None


@pytest.mark.parametrize("text", ["a@" * 1000, "a." * 1000, "1 " * 1000, "at " * 700, "a-" * 1000, "微信" * 1000])
def test_the_longest_odd_text_takes_no_time(text: str) -> None:
    begun = time.process_time()
    private_contact(text)
    assert time.process_time() - begun < 0.3
