"""The words of a scenario: what a file and a step may say, with the meaning of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple


class Word(NamedTuple):
    """A key: the kinds of values it takes, its meaning, an example."""

    kinds: tuple[type, ...]
    meaning: str
    example: str


TEXT, NAMES, TABLE, DAY = (str,), (list,), (dict,), (date,)

HEAD: Mapping[str, Word] = {
    "id": Word(TEXT, "编号，与文件名相同", "SC-016"),
    "title": Word(TEXT, "标题", "期满日最后一刻提出延期"),
    "regime": Word(TEXT, "规程；省略时为所在文件夹的名称", "national"),
    "clauses": Word(NAMES, "所依据的条款", "[GB-20.1, GB-20.2]"),
    "basis": Word(TEXT, "依据条文还是依据解释", "条文；D-04"),
    "empty": Word((bool,), "true：规划、指南、专家名册均不在案", "true"),
    "records": Word(NAMES, "开始前登记簿中已有的记录", "[{kind: interest, title: 任职}]"),
    "steps": Word(NAMES, "各步，按先后", "[{given: …}, {when: …}]"),
}

SENTENCES: Mapping[str, Word] = {
    "given": Word(TEXT, "前提，用条文的话", "建设期至2026年6月30日。"),
    "when": Word(TEXT, "做了什么", "当日23时59分提出延期申请。"),
    "then": Word(TEXT, "因此怎样", "在期限之内。"),
}

ACTS: Mapping[str, Word] = {
    "start": Word(TEXT, "发起一个程序；案件已有时，在案件之内发起", "extension"),
    "do": Word(TEXT, "办理一项待办（任务编号）", "grant_extension"),
    "bring": Word(TEXT, "向等待中的程序送达一件事（消息编号）", "objection"),
    "reach": Word(
        TEXT, "照通常做法一直办到某项待办，或者照 usual 的 ways 办到某个状态", "in_construction"
    ),
    "finish": Word(TEXT, "照通常做法把程序办完；没有开始的先发起", "guide"),
    "withdraw": Word(TEXT, "撤下一名专家的待办", "review_independently"),
    "replace": Word(TEXT, "换一名专家，另写 expert", "review_independently"),
}

MANNER: Mapping[str, Word] = {
    "on": Word(DAY, "哪一天（上午九时）或者哪一刻（北京时间）；时间只向前走", "2026-06-30 23:59"),
    "until": Word(DAY, "只让时间走到这一天，到期的事照时发生", "2026-07-01"),
    "case": Word(TEXT, "哪一个案件；省略时为“本案”", "甲案"),
    "within": Word(TEXT, "待办或者检查属于案件中的哪个程序", "extension"),
    "by": Word(TEXT, "由谁办：角色、单位或者人员；省略时由有权的人", "undertaker"),
    "with": Word(TABLE, "与通常填法不同的内容（字段编号: 值）", "{period_months: 36}"),
    "each": Word(NAMES, "逐份填写的内容，一份一项", "[{}, {expert_verdict: not_passed}]"),
    "number": Word((int,), "第几份，从 0 起", "0"),
    "expert": Word(TEXT, "替换的专家", "expert_7"),
    "reason": Word(TEXT, "撤下或者替换专家的理由", "临时出差"),
    "regime": Word(TEXT, "dates 按哪个规程推算；省略时为场景的规程", "jiangxi"),
    "before": Word((int,), "仅用于 ways：比 on 早几天", "45"),
}

EXPECTED: Mapping[str, Word] = {
    "refused": Word(TEXT, "本步应被拒绝的代码；不写即应被接受", "notice_running"),
    "cites": Word(NAMES, "拒绝时引用的条款", "[GB-15.3]"),
    "fields": Word(NAMES, "被指出的字段", "[period_months]"),
    "says": Word(TEXT, "拒绝的话里有这几个字", "推荐单位"),
    "state": Word(TEXT, "案件的状态", "in_construction"),
    "ended": Word(TEXT, "本步所办程序的结局；running 表示还在进行", "granted"),
    "open": Word(NAMES, "本步所办程序现有的待办，不多不少", "[grant_extension]"),
    "inbox": Word(TABLE, "各角色在案件中现有的待办，所列角色不多不少", "{authority: [decide]}"),
    "counts": Word(TABLE, "一项待办现有几份", "{review_independently: 5}"),
    "roles": Word(TABLE, "待办由哪个角色办", "{revise_plan: undertaker}"),
    "offices": Word(TABLE, "待办由哪个单位办", "{revise_plan: unit_a}"),
    "never": Word(NAMES, "案件中从未到过的环节", "[prepare_notice]"),
    "passed": Word(NAMES, "案件中到过的环节", "[notice_published]"),
    "procedures": Word(TABLE, "案件中各程序的情况", "{construction: running, midterm: none}"),
    "startable": Word(TABLE, "各程序此刻能否在案件内发起", "{extension: false}"),
    "values": Word(TABLE, "程序中的变量", "{eligible: true}"),
    "record": Word(TABLE, "登记簿上的内容", "{construction_end: 2029-03-02}"),
    "regions": Word(TABLE, "并行的状态", "{extension: granted}"),
    "names": Word(NAMES, "某日有效的名称", "[{on: 2026-03-20, zh: 某基地}]"),
    "deadlines": Word(
        TABLE, "案件的期限：opens due nominal anchor provisional status met overdue",
        "{plan_filing: {due: 2022-02-11, status: met}}",
    ),
    "dates": Word(
        TABLE, "依法推算的日期：from（日期或登记内容）months，得 opens due nominal provisional",
        "{plan_filing: {from: 2024-01-15, due: 2024-02-29}}",
    ),
    "kept": Word(
        TABLE, "登记簿中本案的各类记录；每类列出各条应有的内容", "{annual_papers: [{year: 2025}]}"
    ),
    "papers": Word(NAMES, "案卷中的文件", "[plan.pdf]"),
}  # fmt: skip

STEP: Mapping[str, Word] = {**SENTENCES, **ACTS, **MANNER, **EXPECTED}


def misfit(known: Mapping[str, Word], given: Mapping[str, Any]) -> str | None:
    """The sentence about the first key that is unknown or holds the wrong kind; None when fine."""
    for key, value in given.items():
        if key not in known:
            return f"没有“{key}”这个词"
        if not isinstance(value, known[key].kinds):
            return f"“{key}”应写成 {known[key].example} 的样子"
    return None
