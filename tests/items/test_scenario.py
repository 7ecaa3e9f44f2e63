"""The mock customer of S-04: marks by what was said and done. What every scenario promises: test_every_scenario.py."""

from __future__ import annotations

import json
import random
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from examdesk.bank.bank import read_item
from examdesk.bank.files import load_yaml
from examdesk.errors import NotSaved
from examdesk.items.scenario import key, question, samples
from examdesk.items.scenario.grader import scenario
from examdesk.items.scenario.play import SEEDS, Play
from examdesk.items.scenario.replaying import replay
from examdesk.items.scenario.widget import Widget
from examdesk.items.scenario.world import say, start
from examdesk.model import Judgement, Said, digest, seed_of
from examdesk.sitting import Sitting
from examdesk.wording.phrases import compiled, find, outside
from examdesk.wording.phrases import heard as heard_in
from tests.conftest import ROOT, form_of, respond
from tests.items.authoring import faults_with
from tests.items.chats import chat, check_hostile, do, talk

FILE = ROOT / "exams" / "bank" / "d08" / "S-04.yaml"


CHAT = chat("S-04")
ITEM, BODY, PLAY, SCORE, PUBLIC = CHAT.item, dict(CHAT.item.body), CHAT.play, CHAT.score, CHAT.public
PASS = Fraction(3, 5)
RIGHT_ARGS = {"title": "远帆样例贸易有限公司", "category": "same", "post_paid_by": "shop", "days": "d7"}
script, judge, lived = CHAT.script, CHAT.judge, CHAT.lived


def points(mark: Judgement) -> Fraction:
    assert mark.fraction is not None
    return mark.fraction


# The same everywhere


def test_one_seed_and_the_same_messages_give_the_same_transcript() -> None:
    first, again = (lived(script("gold-zh"), 12345)[0] for _ in range(2))
    assert question.transcript(PLAY, first) == question.transcript(Play(json.loads(json.dumps(BODY["play"]))), again)
    lines = [[list(line) for line in step.lines] for step in first.steps]
    assert digest(lines)[:8] == "429468c6"  # the wording of one seed, written down: the same on every machine


# What is earned


def test_the_gold_transcripts_of_both_languages_earn_everything_and_nothing_is_suspected() -> None:
    marks = [judge(script(name)) for name in ("gold-zh", "gold-en")]
    assert [mark.fraction for mark in marks] == [1, 1]
    assert [(mark.critical, mark.suspected) for mark in marks] == [((), ())] * 2
    assert all(mark.evidence["passed"] for mark in marks)
    assert [part.criterion for part in marks[0].parts] == ["resolution", "compliance", "procedure", "courtesy"]


def test_a_reason_names_the_turn() -> None:
    reasons = {part.criterion: part.reason for part in judge(script("gold-zh")).parts}
    assert "turn 3: said that it is free" in reasons["compliance"]
    assert "missing: asked for the invoice title" in judge(talk("您好")).parts[2].reason


def test_the_chat_may_be_held_in_two_languages() -> None:
    mixed = [pair[n % 2] for n, pair in enumerate(zip(script("gold-zh"), script("gold-zh"), strict=True))]
    mixed[2] = talk("It's free of charge, you don't have to pay the tax.")[0]
    assert points(judge(mixed)) == 1


# What is certain and what a person confirms


@pytest.mark.parametrize(
    ("rule", "wrong"), [("false-category", {"category": "office"}), ("extra-charge", {"post_paid_by": "buyer"})]
)
def test_a_wrong_recording_is_certain(rule: str, wrong: dict[str, str]) -> None:
    said = [do("look_up_order"), do("record_invoice_request", **{**RIGHT_ARGS, **wrong})]
    mark = judge(said)
    assert [name for name, _ in mark.critical] == [rule]
    assert "turn 2: record_invoice_request" in mark.critical[0][1]


def test_turning_the_request_down_is_certain_and_no_gold_afterwards_passes() -> None:
    mark = judge([do("look_up_order"), do("turn_down_request", reason="clerk"), *script("gold-zh")[1:]])
    assert [name for name, _ in mark.critical] == ["refusal"]
    assert not mark.evidence["passed"]


def test_a_refused_action_did_nothing_and_is_no_violation() -> None:
    mark = judge([do("turn_down_request", reason="clerk")])  # the order was not looked up
    assert mark.critical == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("亲，特价商品不能开发票的", "refusal"),
        ("财务不在，开不了发票", "refusal"),
        ("开票机坏了", "refusal"),
        ("Sorry, we cannot issue an invoice for special prices", "refusal"),
        ("开票要另外加6个点的税点哦", "extra-charge"),
        ("邮费到付可以吗", "extra-charge"),
        ("You have to pay the tax on top", "extra-charge"),
        ("给您开办公用品就好", "false-category"),
        ("Sure, we can put office goods", "false-category"),
    ],
)
def test_a_written_violation_is_suspected_never_certain(text: str, rule: str) -> None:
    mark = judge(talk(text))
    assert mark.critical == ()
    assert [name for name, _ in mark.suspected] == [rule]
    assert text in mark.suspected[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "可以开的，不收税点，也没有手续费",
        "税点您不用担心，不用您出",
        "不能给您开办公用品哦，只能按实际商品",
        "发票今天开不了，周一起7天内寄出",
        "邮费您不用付，我们承担",
        "We cannot issue it as office goods, only as shoes",
        "You don't have to pay the tax, and no handling fee either",
        "You do not need to pay the postage, it is on us",
        "不是不能开，是要等几天",
    ],
)
def test_a_look_alike_is_not_suspected(text: str) -> None:
    assert judge(talk(text)).suspected == ()


def test_accepting_the_buyers_offer_with_a_bare_yes_is_asked_again_before_it_is_suspected() -> None:
    assert judge(talk("可以开的", "好的")).suspected == ()
    assert [name for name, _ in judge(talk("可以开的", "好的", "是的")).suspected] == ["extra-charge"]
    saved = judge(talk("可以开的", "好的", "不用的，免费的"))
    assert saved.suspected == ()
    assert "turn 3: said that it is free" in saved.parts[1].reason


def test_a_no_to_office_goods_is_no_refusal_of_the_invoice() -> None:
    mark = judge(talk("可以开的", "免费的", "不能开的哦"))
    assert mark.suspected == ()
    assert "turn 3: kept to the true category" in mark.parts[1].reason


# Fair


def test_the_customer_asks_back_then_says_what_he_wants_then_moves_on() -> None:
    state = start(PLAY, 1)
    lines: list[str] = []
    for text in ("asdf", "qwer", "zxcv"):
        state, answer = say(PLAY, state, text)
        lines += [name for name, _ in answer]
    assert lines == ["not-clear", "want-invoice", "never-mind", "offer"]
    assert state.at == "cost"


def test_a_complete_answer_in_one_message_loses_nothing_in_the_end() -> None:
    """He takes in two things a message and asks for the rest; who answers again gets every point."""
    whole = "您好亲，可以给您开发票的，免费，抱歉财务不在，周一起7天内给您补寄，邮费我们承担，抬头麻烦发我一下"
    _, lines = say(PLAY, start(PLAY, 0), whole)
    assert "too-much" in [name for name, _ in lines]
    rest = talk(whole, "不用您出税点的", "只能按实际商品开", "周一起7天内", "我们出", "抬头发我一下")
    bye = talk("登记好了，祝您生活愉快")
    said = [do("look_up_order"), *rest, do("record_invoice_request", **RIGHT_ARGS), *bye]
    assert points(judge(said)) == 1


def test_mood_and_wording_never_change_what_can_be_earned() -> None:
    grumpy = [*script("gold-zh")[:3], *talk("自己看订单去", "都说了自己看"), *script("gold-zh")[3:]]
    mark = judge(grumpy)
    assert 1 - points(mark) == Fraction(6, 100)  # what the rude line itself costs
    assert "annoyed" in [name for step in replay(PLAY, grumpy).state.steps for name, _ in step.lines]


def test_a_vague_time_costs_less_when_the_period_came_first() -> None:
    vague, named = talk("稍后给您寄")[0], talk("周一起7天内寄出")[0]
    gold = script("gold-zh")
    assert points(judge([gold[0], vague, *gold[1:]])) == Fraction(96, 100)
    assert points(judge([*gold[:2], named, vague, *gold[2:]])) == 1


def test_a_fact_is_told_only_when_asked() -> None:
    told = question.transcript(PLAY, lived(talk("可以开的", "免费", "按实际商品开"), 0)[0])
    assert "SAMPLE" not in json.dumps(told, ensure_ascii=False)
    state, lines = say(PLAY, start(PLAY, 0), "请问开票抬头是什么？")
    assert "our-title" in [name for name, _ in lines]
    assert state.facts == ("company",)


# What an agent may type in place of the author's phrases; 99 of the 102 were understood when they were first tried.
PARAPHRASES: dict[str, tuple[str, list[str]]] = {
    "can": ("ask", [
        "您放心，能开的", "发票这边可以帮您安排", "开发票没有问题哈", "可以呀，我们是正规店铺，都会给客户开票",
        "嗯嗯可以给您开增值税发票", "特价款也一样开票", "支持开发票的亲亲", "我们这边可以开纸质发票",
        "能开呀，开公司的也行", "Yes sure, we are able to issue an invoice for your company",
        "Absolutely, invoices are no problem here", "You will get an invoice from us",
        "Yes, all our items come with an invoice", "No problem at all, I can arrange that invoice",
        "We can definitely make out an invoice for your order",
    ]),
    "no-charge": ("cost", [
        "亲不用的，开票我们不收钱", "税点是我们店承担，您不用操心", "您不用另外付税点", "不额外收费",
        "谢谢您，不过不需要您付税点哦", "开发票都是免费的哈", "不能让您出这个钱", "这个不用您付钱的",
        "no tax needed, it's free", "You don't need to pay any extra", "The invoice doesn't cost anything",
        "That's kind, but we won't charge you any tax", "No need to pay tax at all",
        "It is included in the price, nothing to add",
    ]),
    "as-bought": ("content", [
        "不行哦，只能按您买的商品开", "这边只能写鞋子", "办公用品是开不了的呢", "不可以改内容，要跟实物一致",
        "开票内容必须是实际商品", "不能开成办公用品", "很抱歉，我们只能如实开票",
        "Sorry, that's not possible. It has to be shoes.", "The description has to match the actual product",
        "We can't put office goods on it", "I'm sorry but the invoice must reflect your real purchase",
        "We're not allowed to change the category",
    ]),
    "day-named": ("when", [
        "周一起7天内会寄出", "财务周一上班，7日内给您寄发票", "下周一开始七天内", "一周之内寄给您",
        "最迟周一后7天", "we will post it within seven days from Monday",
        "It'll be sent inside 7 days after our accountant returns on Monday",
        "Within a week from Monday you will have it", "7 days from Monday at the latest",
        "up to 7 days from Monday",
    ]),
    "freight-shop": ("freight", [
        "邮费不用您出", "快递费我们来付", "运费店里承担", "我们包邮的", "不收您运费",
        "寄发票是免费的，我们出快递费", "we'll pay the postage", "Postage is on us",
        "The courier cost is on our side", "It's free, we cover delivery", "You don't need to pay the courier",
    ]),
    "asks-title": ("details", [
        "请问抬头是", "麻烦发下开票信息", "公司抬头和税号发我下哈", "您提供一下公司的名称和税号",
        "开票抬头写哪个公司", "方便把税号给我吗", "您这边是开公司还是个人的呢",
        "What is your company name and tax number?", "Please send me your invoice title",
        "Could you share the company name for the invoice?", "I need your company's tax ID and name",
        "Is the invoice for a company or an individual?",
    ]),
    "noted": ("last", [
        "已登记好了", "给您登记好了哈", "已经帮您申请了", "好了，登记成功", "I have registered your request",
        "Your invoice request has been recorded", "It's been entered in the system", "All done",
    ]),
    "other-goods": ("content", [
        "可以帮您写成办公用品", "行的，给您开办公用品", "办公用品可以的", "Sure, I will put office supplies",
        "OK we can write office goods",
    ]),
    "charge": ("cost", [
        "要加6个点", "税点您这边付一下哈", "需要您补6%的税", "you need to add 6% tax",
        "please pay the tax difference",
    ]),
    "cannot": ("ask", [
        "特价不能开票", "我们不开发票", "没法给您开发票", "sorry we can't issue invoices for this",
        "There's no invoice for discounted goods",
    ]),
    "day-vague": ("when", [
        "等财务回来再说", "尽快给您寄", "过两天寄", "we'll send it soon", "sometime next week maybe",
    ]),
}  # fmt: skip

def test_an_agents_own_words_are_understood() -> None:
    missed = CHAT.not_understood(PARAPHRASES)
    assert len(missed) <= sum(len(texts) for _, texts in PARAPHRASES.values()) // 20, missed


def test_right_answers_in_an_agents_own_words_are_no_violation_and_pass() -> None:
    order = ("can", "no-charge", "as-bought", "day-named", "freight-shop", "asks-title")
    for seed in range(60):
        rng = random.Random(seed)
        texts = [rng.choice(PARAPHRASES[act][1]) for act in order]
        said = [do("look_up_order"), *talk(*texts), do("record_invoice_request", **RIGHT_ARGS),
                *talk(rng.choice(PARAPHRASES["noted"][1]))]  # fmt: skip
        mark = judge(said)
        assert (mark.critical, mark.suspected) == ((), ()), texts
        assert mark.evidence["passed"] and points(mark) >= Fraction(85, 100), (texts, mark.parts)


# Not to be had by tricks


def test_an_act_counts_once_and_two_at_most_in_a_message() -> None:
    state, _ = say(PLAY, start(PLAY, 0), "可以开的，免费，周一起7天内，邮费我们承担")
    assert state.steps[0].credited == ("can", "no-charge")
    assert points(judge(talk(*["可以开的"] * 5))) == points(judge(talk("可以开的")))


def test_who_contradicts_himself_is_asked_again() -> None:
    state, lines = say(PLAY, start(PLAY, 0), "可以开的，不过特价的不能开")
    assert "which-one" in [name for name, _ in lines]
    assert "can" not in state.done


# Hostile input


def test_the_seed_is_recorded_so_that_it_can_be_compared() -> None:
    assert judge(script("gold-zh"), seed=31).evidence["seed"] == 31
    assert judge(script("gold-zh"), seed=None).evidence["seed"] is None


@pytest.mark.parametrize("args", [{"days": ["d7"]}, {"title": "x" * 5000}], ids=["list", "long"])
def test_what_no_panel_writes_is_skipped_named_and_refused(args: dict[str, Any]) -> None:
    check_hostile(CHAT, do("record_invoice_request", **{**RIGHT_ARGS, **args}))


@pytest.mark.parametrize(
    "text",
    ["免" * 2000, "a" + "\u0301" * 1999, "\u0f71\u0f72" * 1000, "﷽" * 2000, "抬头" * 1000, "我们" * 1000,
     "".join(chr(n) for n in range(1, 2000)), "\ud800" * 10, "\u200b" * 2000, "dont " * 400],
    ids=range(10),
)  # fmt: skip
def test_a_huge_or_strange_message_is_read_quickly(text: str) -> None:
    begun = time.process_time()
    say(PLAY, start(PLAY, 0), text)
    json.dumps(question.clean_event(PUBLIC, "said", {"text": f"x{text[1:]}"}), ensure_ascii=False).encode()
    assert time.process_time() - begun < 1


def test_a_chat_of_a_hundred_thousand_messages_is_marked_quickly() -> None:
    begun = time.process_time()
    judge(talk("您好") * 20_000)
    assert time.process_time() - begun < 10


def test_zero_width_spaces_capitals_and_full_width_do_not_hide_a_word() -> None:
    for text in ("免\u200b费", "免 费", "ＦＲＥＥ ＯＦ ＣＨＡＲＧＥ", "It’s free"):
        assert say(PLAY, start(PLAY, 0), text)[0].done == ("no-charge",), text


# Phrases


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("抬头…发我", "抬头麻烦您发我", True),
        ("抬头…发我", "抬头写好了，发我", False),  # another clause
        ("抬头…发我", "抬头一二三四五六七八九发我", False),  # too far
        ("#天内", "15天内", True),
        ("#天内", "三天内", True),
        ("7天内", "17天内", False),
        ("6.5%", "加6.5%的税", True),
        ("dont pay", "you don’t pay", True),
        ("no invoice", "know invoice", False),
        ("办公用品", "“办公”用品", True),
    ],
)
def test_a_phrase_is_found_word_by_word(phrase: str, text: str, found: bool) -> None:
    assert bool(find(heard_in(text), compiled([phrase]))) is found


def test_a_phrase_inside_a_look_alike_does_not_count() -> None:
    text = heard_in("不能开办公用品，但是不能开")
    spans = outside(find(text, compiled(["不能开"])), find(text, compiled(["不能开办公"])))
    assert [span.start for span in spans] == [10]


# What a candidate gets


def test_the_browser_gets_only_what_it_draws() -> None:
    drawn = json.dumps(question.shown(PUBLIC, None), ensure_ascii=False)
    assert "phrases" not in drawn and "sets" not in drawn and "SAMPLE" not in drawn and "needs" not in drawn


def test_the_chat_is_told_in_both_languages() -> None:
    value = respond(ITEM, samples.right(ITEM)).value
    chinese, english = (question.told(PUBLIC, value, language) for language in ("zh", "en"))
    assert len(chinese) == len(english) == 27
    assert chinese[2:4] == ["1. 操作: 查看订单", "系统: 订单已显示在右侧。"], "his turns carry their numbers"
    assert english[2] == "1. Action: Look up the order"


# The panel in the kernel, without a browser


def form(folder: Path, *, shuffle: bool = True) -> Path:
    (folder / "form.json").write_text(json.dumps(form_of(ITEM, shuffle=shuffle)), "utf-8")
    return folder


def sitting(folder: Path) -> tuple[Sitting, Widget]:
    opened = Sitting(folder, json.loads((folder / "form.json").read_text("utf-8")))
    opened.frame()
    opened.show("S-04")
    widget = opened.screen.questions["S-04"]
    assert isinstance(widget, Widget)
    return opened, widget


def kinds(opened: Sitting) -> list[str]:
    return [event.kind for event in opened._writer.journal().events if event.item == "S-04"]


def turn(widget: Widget, said: Said) -> None:
    widget.receive(said[0], {**said[1], "turn": widget.turns})


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_chat_in_the_panel_is_marked_as_gold(tmp_path: Path, shuffle: bool) -> None:
    opened, widget = sitting(form(tmp_path, shuffle=shuffle))
    assert widget.transcript == [] and "play" not in widget.question
    opened._start("amy")
    assert kinds(opened) == ["opened", "heard"]
    for said in script("gold-zh"):
        turn(widget, said)
    assert widget.over
    assert kinds(opened)[2:6] == ["acted", "heard", "said", "heard"]
    mark = scenario(play=BODY["play"], score=SCORE)(opened.response("S-04"))
    assert mark.fraction == 1
    assert mark.evidence["flags"] == []
    assert mark.evidence["seed"] == seed_of("E99-a", "amy", "S-04") % SEEDS
    assert opened.answered == ["S-04"]
    with pytest.raises(ValueError):
        turn(widget, talk("再问一句")[0])


def test_after_a_kernel_restart_the_chat_is_as_it_was(tmp_path: Path) -> None:
    opened, widget = sitting(form(tmp_path))
    opened._start("amy")
    for said in script("gold-zh")[:5]:
        turn(widget, said)
    again, other = sitting(tmp_path)
    assert (other.transcript, other.screen, other.turns) == (widget.transcript, widget.screen, 5)
    for said in script("gold-zh")[5:]:
        turn(other, said)
    assert scenario(play=BODY["play"], score=SCORE)(again.response("S-04")).fraction == 1


def test_a_turn_sent_again_because_its_answer_was_lost_is_journalled_once(tmp_path: Path) -> None:
    opened, widget = sitting(form(tmp_path))
    opened._start("amy")
    widget.receive("said", {"text": "您好，可以开的", "turn": 0})
    widget.receive("said", {"text": "您好，可以开的", "turn": 0})
    again, other = sitting(tmp_path)
    other.receive("said", {"text": "您好，可以开的", "turn": 0})
    assert kinds(again).count("said") == 1
    with pytest.raises(ValueError):
        other.receive("said", {"text": "另一句", "turn": 0})
    assert kinds(again).count("said") == 1


def test_a_turn_that_is_not_on_the_disk_is_not_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, widget = sitting(form(tmp_path))
    opened._start("amy")
    before = widget.transcript

    def full(*_: object, **__: object) -> None:
        raise NotSaved("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(opened._writer, "append", full)
        with pytest.raises(NotSaved):
            turn(widget, talk("您好")[0])
    assert widget.transcript == before and widget.turns == 0
    turn(widget, talk("您好")[0])
    assert widget.turns == 1


def test_an_answer_lost_with_the_kernel_is_journalled_when_it_is_back(tmp_path: Path) -> None:
    opened, widget = sitting(form(tmp_path))
    opened._start("amy")
    turn(widget, talk("您好")[0])
    journal = tmp_path / "responses.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    journal.write_text("".join(lines[:-1]), "utf-8")  # killed between the turn and its answer
    again, other = sitting(tmp_path)
    assert other.transcript == widget.transcript
    assert kinds(again) == ["opened", "heard", "said", "heard"]
    assert scenario(play=BODY["play"], score=SCORE)(again.response("S-04")).evidence["flags"] == []


def test_a_closed_exam_shows_the_chat_and_takes_no_more(tmp_path: Path) -> None:
    opened, widget = sitting(form(tmp_path))
    opened._start("amy")
    turn(widget, talk("您好")[0])
    opened._hand_in(None)
    before = kinds(opened)
    with pytest.raises(ValueError):
        turn(widget, talk("还有")[0])
    again, other = sitting(tmp_path)
    assert other.transcript == widget.transcript
    assert kinds(again) == before


# What an author is told


def put(*path: Any, value: Any) -> Any:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


def drop(*path: Any) -> Any:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


def test_the_file_itself_is_without_faults() -> None:
    assert read_item(load_yaml(FILE, root=ROOT), types={"scenario": key})[1] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (put("play", "states", "ask", "rules", 0, "go", value="nowhere"), "no state of this name (found: nowhere)"),
        (put("play", "states", "lonely", value={"end": True}), "no way leads to this state (found: lonely)"),
        (drop("play", "states", "when", "moves_on"), "a customer who does not understand gets stuck in this state"),
        (put("play", "leaves", "go", value="ask"), "the customer leaves to a state that is no end"),
        (put("play", "acts", "can", "phrases", "en", value=["we can"]), "the act has too few phrases (found: 1)"),
        (put("play", "acts", "can", "phrases", "zh", 0, value="不能开"), "this phrase never counts (found: 不能开)"),
        (put("play", "acts", "can", "phrases", "zh", 0, value="(亲|)…"), "this is no phrase (found: (亲|)…)"),
        (put("play", "acts", "can", "phrases", "zh", 0, value="(可以…开"), "this is no phrase (found: (可以…开)"),
        (drop("play", "acts", "cannot", "opposite"), "the opposite act does not name this one"),
        (put("play", "states", "ask", "rules", 0, "act", value="nods"), "there is no act of this name (found: nods)"),
        (drop("play", "lines", "good", 2), "the line has too few wordings (found: 2)"),
        (drop("play", "lines", "good"), "there is no line of this name (found: good)"),
        (put("play", "lines", "extra", value=[{"zh": word, "en": word} for word in "123"]), "nobody says this line"),
        (drop("play", "lines", "good", 0, "en"), "a language is missing (found: en)"),
        (put("play", "tools", 1, "sets", "colour", value="red"), "there is no field of this name (found: colour)"),
        (put("play", "tools", 1, "sets", "status", value="lost"), "the field cannot have this value (found: lost)"),
        (put("play", "tools", 1, "sets", "title", value="$name"), "no argument of this name (found: name)"),
        (put("score", "required", 0, "weight", value=21), "the weights do not sum to 100 (found: 101)"),
        (put("score", "required", 1, "criterion", value="speed"), "no criterion of this name (found: speed)"),
        (put("score", "required", 1, "event", value={"act": "nods"}), "there is no act of this name (found: nods)"),
        (put("score", "required", 1, "event", value={"act": "can", "fact": "x"}), "an event is exactly one thing"),
        (put("score", "goal", "states", value=["won"]), "there is no reachable state of this name (found: won)"),
        (put("score", "goal", "fields", "price", value=["free"]), "no tool can bring the field to this value"),
        (drop("score", "goal"), '"goal" (in score) is missing'),
        (put("play", "states", "last", "moves_on", value="served"), "what is not understood would end the chat"),
        (put("score", "required", 0, "event", value={"fact": "company"}), "nothing is earned by reaching the goal"),
        (put("score", "critical", 0, "tools", value=[{"act": "can"}]), "only an action is certain"),
        (put("score", "transcripts", 0, "earns", value=90), "the transcript earns other points (found: 100)"),
        (drop("score", "transcripts", 0, "turns", 1), "the transcript earns other points (found: "),
        (put("score", "transcripts", 0, "turns", 0, value={"do": "dance"}), "this action cannot be done"),
        (put("score", "pass_mark", value="5%"), "a failing transcript passes"),
        (put("play", "mood", "start", value=9), "the mood starts outside its bounds"),
        (put("play", "leaves", "warns_at", value=16), "the warning comes before the chat"),
        (put("play", "surprise", value=1), "is no field of this kind of file"),
    ],
)  # fmt: skip
def test_an_author_is_told_what_is_wrong_and_where(change: Any, wrong: str, tmp_path: Path) -> None:
    told = faults_with(tmp_path, FILE, change)
    assert any(wrong in fault and ":1:" not in fault for fault in told), told
    assert all(". Cure: " in fault for fault in told)


def test_every_criterion_forbidden_event_and_violation_has_a_reason() -> None:
    places = [loc[1:3] for loc, _ in key.reasons(BODY)]
    wanted = [(group, index) for group in ("criteria", "forbidden", "critical") for index in range(len(SCORE[group]))]
    assert places == wanted


def test_a_mark_is_explained_without_the_events_unless_the_exam_shows_its_key() -> None:
    value = respond(ITEM, script("borderline-zh")).value
    said, lost = ([str(tell(shown)) for shown in (False, True)] for tell in (
        lambda shown: key.explain(BODY, value, "zh", show_key=shown),
        lambda shown: key.lost(ITEM, value, "zh", show_key=shown)))
    assert "问题解决 – " in said[0] and said[0] == said[1]
    assert "说清周一起7日内寄出" not in said[0] + lost[0] and "说清周一起7日内寄出" in lost[1]
    assert key.explain(BODY, respond(ITEM, script("gold-zh")).value, "zh", show_key=False) == []


