"""What looks like a private way to reach somebody: a mail or web address, a telephone number, a name on a messenger.

It only looks: whoever uses this asks a person. What is `known` (the texts on the candidate's own screen, the platform's
suffix, written with an @ in front) is no private contact.

>>> private_contact("Please write to lina (at) example dot com")
'lina (at) example dot com'
>>> private_contact("Parcel LX123456789CN left on 2016-08-02, order 112-4457890.", known=["112-4457890"]) is None
True
>>> private_contact("I am afraid we cannot use WhatsApp here.") is None
True
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

MAX_TEXT = 2000
DIGITS = 7  # of a telephone number, at least

_NAME, _HOST = r"[a-z0-9][a-z0-9._+-]{0,63}", r"[a-z0-9][a-z0-9-]{0,62}"
_AT = r"\s{0,2}(?:@|\(at\)|\[at\]|艾特)\s{0,2}"
_DOT = r"(?:\s?\.\s?|\s?(?:\(dot\)|\[dot\])\s?|\sdot\s|点)"
_TIGHT = r"(?:\.|\s?(?:\(dot\)|\[dot\])\s?|\sdot\s)"  # "at noon. Please" is no address
_ENDINGS = r"(?:com|net|org|cn|info|shop|store|hk|ru|de|co\.uk|example|test)(?![a-z0-9-])"
_MAIL = re.compile(rf"{_NAME}{_AT}{_HOST}(?:{_DOT}[a-z]{{2,24}}){{1,3}}|{_NAME} at {_HOST}{_TIGHT}{_ENDINGS}")
_WEB = re.compile(rf"(?:https?://|www\.)[^\s]{{3,200}}|(?<![a-z0-9.@-]){_HOST}{_TIGHT}{_ENDINGS}")
_PHONE = re.compile(r"(?<![a-z0-9])\+?[0-9](?:[ ()./-]{0,2}[0-9]){6,19}(?![a-z0-9])")
_MESSENGER = re.compile(r"(?:whatsapp|wechat|weixin|微信|薇信|vx|qq|skype|telegram|viber|instagram|facebook|line id)"
                        r"(?: (?:number|account|name|id|is)|号|账号|帐号|是){0,3}\s{0,2}[:：]?\s{0,2}"
                        r"(?=[a-z_.-]{0,30}[0-9])[a-z0-9_.-]{5,40}")  # fmt: skip
_DATE = re.compile(r"(?:[0-9]{4}[./-][0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2})[./-][0-9]{1,4}")


def private_contact(text: str, *, known: Iterable[str] = ()) -> str | None:
    """The first thing in a text that looks like a private contact and is not known; None where nothing does."""
    plain = unicodedata.normalize("NFKC", text[:MAX_TEXT])[: 2 * MAX_TEXT].casefold()
    return next((found for found in _found(plain) if not any(_is_of(found, one) for one in known)), None)


def _is_of(found: str, known: str) -> bool:
    """Whether something stands in a known text, or ends as one that begins with @ says."""
    return _bare(found).endswith(_bare(known)) if known.startswith("@") else _bare(found) in _bare(known)


def _found(plain: str) -> Iterator[str]:
    for pattern in (_MAIL, _WEB, _MESSENGER):
        yield from (match[0].strip() for match in pattern.finditer(plain))
    for match in _PHONE.finditer(plain):
        if not _DATE.search(match[0]):
            yield match[0].strip()


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
