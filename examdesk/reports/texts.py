"""Every word of the report pages: (Chinese, English)."""

from __future__ import annotations

LANGUAGES = ("zh", "en")

TEXTS = {
    # the page
    "report": ("考试报告", "Exam report"),
    "other_language": ("English", "中文"),
    "all_exams": ("全部考试", "All exams"),
    "internal": ("内部资料：含题目统计，请勿发给考生。不含任何考生的姓名或作答内容。",
                 "Internal: holds item statistics, not for candidates. It holds no candidate's name or reply."),
    "simulated": ("模拟数据：以下成绩来自程序生成的模拟考生，不是真人成绩，不能用于任何决定。",
                  "Simulated data: these marks come from candidates made by a program. They are nobody's results; "
                  "decide nothing on them."),
    "simulated_tag": ("模拟", "simulated"),
    "no_font": ("本机没有中文字体，图中的文字改用英文。安装 Noto Sans CJK 后重新生成报告即可。",
                "This computer has no Chinese font; the charts are labelled in English."),
    "dated": ("报告日期：{at}", "Date of the report: {at}"),
    # headline
    "sat": ("参加人数", "Candidates"),
    "sat_note": ("共 {sittings} 人次，每人按最近一次计", "{sittings} sittings; the newest of each candidate counts"),
    "sat_once": ("每人一次", "one sitting each"),
    "pass_rate": ("通过率", "Pass rate"),
    "interval": ("95% 区间 {low}–{high}，n\u00a0=\u00a0{n}", "95 % interval {low}–{high}, n\u00a0=\u00a0{n}"),
    "results": ("通过 / 未通过 / 待定", "Pass / fail / withheld"),
    "results_note": ("待定不等于未通过", "withheld is not fail"),
    "alarms": ("需要关注", "Findings"),
    "alarms_note": ("题目和领域", "items and domains"),
    "cut": ("合格线", "Cut score"),
    "no_cut": ("没有合格线，谁也不会不及格", "no cut: nobody can fail"),
    "cut_provisional": ("暂定，尚未由评审小组确定", "provisional, no panel has set it"),
    "cut_part": ("每部分至少 {share}", "each part at least {share}"),
    "cut_critical": ("红线题须全对", "all critical items right"),
    "cut_each": ("{kind}每题至少 {share}", "{kind}: each at least {share}"),
    "cut_mean": ("{kind}平均至少 {share}", "{kind}: mean at least {share}"),
    "cut_typing": ("打字须达标", "typing at the norm"),
    "cut_twice": ("关于{names}的题各最多错一道", "at most one question wrong about each of: {names}"),
    "cut_waits": ("至少 {share} 的等待按时答复", "{share} of the waits in time"),
    "cut_kappa": ("与标准评分一致程度（kappa）至少 {least}",
                  "agreement with the master's marks (kappa) at least {least}"),
    "cut_gate": ("须持有 {months} 个月内的 {exam} 合格成绩", "a pass of {exam}, not older than {months} months"),
    "cut_checklist": ("清单 {name} 须全部勾选", "checklist {name} complete"),
    "hidden_few": ("人数少于 {k}，不显示结果", "fewer than {k} people: results are not shown"),
    "hidden_open": ("{n} 人待定。未通过往往先定，所以暂不显示通过率；最终在 {least}–{most} 之间",
                    "{n} results are withheld. Fails are certain before passes, so no rate is shown yet; it will be "
                    "{least}–{most}"),
    "final": ("最终在 {least}–{most} 之间", "final: {least}–{most}"),
    "open": ("多数待定，暂不显示", "many withheld: not shown yet"),
    "hidden_decided": ("已出结果的人数少于 {k}，不显示通过率",
                       "fewer than {k} decided results: no pass rate is shown"),
    # groups
    "department": ("部门", "Department"),
    "site": ("地点", "Site"),
    "stage": ("阶段", "Stage"),
    "listed": ("名册人数", "On the roster"),
    "sat_n": ("参加", "Sat"),
    "decided_n": ("已出结果", "Decided"),
    "interval_n": ("95% 区间", "95 % interval"),
    "pooled": ("小组合并（{members}）", "small groups together ({members})"),
    "unlisted": ("未列入名册", "not on the roster"),
    "few": ("少于 {k} 人，不显示", "fewer than {k}: not shown"),
    "complement": ("为保护小组，不显示", "not shown, to protect a small group"),
    "no_roster": ("没有名册（grading/roster.csv），无法按部门、地点、阶段统计。",
                  "There is no roster (grading/roster.csv), so nothing is shown by department, site or stage."),
    "groups_hidden": ("人数少于 {k}，不按组显示。", "Fewer than {k} people: no groups are shown."),
    "why": ("未通过的原因（可多项）", "Why candidates failed (more than one may hold)"),
    "people": ("人数", "Candidates"),
    "why below-cut": ("总分低于合格线", "score below the cut"),
    "why part": ("「{part}」低于该部分的最低要求", "below the minimum of the part “{part}”"),
    "why critical": ("红线题答错", "a critical item wrong"),
    "why critical-violation": ("作答触犯红线", "a critical violation in a response"),
    "why each": ("有一题低于单题最低要求", "an item below the share each must earn"),
    "why mean": ("{part}平均得分率低于要求", "{part}: the mean is too low"),
    "why typing": ("打字未达标", "typing below the norm"),
    "why twice": ("关于{part}的题错了两道或更多", "two or more questions wrong about {part}"),
    "why waits": ("让顾客等待过久", "customers waited too long"),
    "why kappa": ("与标准评分不够一致（kappa）", "too little agreement with the master's marks (kappa)"),
    "why gate": ("当天没有有效的 {part} 合格成绩", "no valid pass of {part} on the day"),
    # histogram
    "histogram_y": ("人数", "candidates"),
    "histogram_x": ("得分率", "share of the points"),
    "histogram_cut": ("合格线 {cut}", "cut {cut}"),
    "histogram_alt": ("得分分布：{bars}", "Scores: {bars}"),
    "histogram_n": ("n = {n}：全部题目已评分的考生。两端不足 {k} 人的分数段已合并。",
                    "n = {n}: candidates marked in full. Columns at the ends are joined until each holds {k}."),
    "histogram_hidden": ("全部题目已评分的考生少于 {k} 人，不显示分布。",
                         "Fewer than {k} candidates are marked in full: no distribution is shown."),
    # domains
    "domain": ("领域", "Domain"),
    "items": ("题数", "Items"),
    "everybody": ("全体", "Everybody"),
    "heat_note": ("数字是得分率，颜色越深越需要培训。少于 {k} 人的格子不显示。",
                  "Figures are shares of the points; the darker, the more training is needed. Cells of fewer "
                  "than {k} people are not shown."),
    # before and after
    "gain_title": ("训前与训后", "Before and after the training"),
    "gain_all": ("整卷", "The whole form"),
    "gain_pre": ("训前", "before"),
    "gain_post": ("训后", "after"),
    "gain_interval": ("提高的 95% 区间", "95 % interval of the gain"),
    "gain_x": ("平均得分率", "mean share of the points"),
    "gain_points": ("提高（百分点，95% 区间）", "gain in points (95 %)"),
    "gain_hake": ("提高 ÷ 可提高", "of the possible"),
    "gain_open": ("区间含 0", "interval includes 0"),
    "gain_n": ("两次都有成绩的人数", "n, both times"),
    "gain_and": ("，", ", "),
    "gain_who": ("{n} 人两份试卷都考过，先交的一份算训前，后交的一份算训后。",
                 "{n} candidates sat both forms; the one handed in first is before, the other after."),
    "gain_nobody": ("还没有人考过两份试卷，所以没有训前训后的比较。同一批人训前考一份、训后考另一份，"
                    "评分后这里就会出现每个领域的提高。",
                    "Nobody has sat both forms yet, so there is nothing to compare. Once the same people have sat one "
                    "form before the training and the other after it, the gain of every domain stands here."),
    "gain_few": ("两份试卷都考过的只有 {n} 人，少于 {k}，不显示。",
                 "Only {n} candidates sat both forms, fewer than {k}: nothing is shown."),
    "gain_left": ("未计入：{reasons}。", " Left out: {reasons}."),
    "gain_out one-form": ("{n} 人只考了一份", "{n} who sat one form only"),
    "gain_out held": ("{n} 人的答卷待核实或无法评分", "{n} with a submission that is held or could not be graded"),
    "gain_out no-time": ("{n} 人的交卷先后不明", "{n} of whom nobody knows which form came first"),
    "gain_simulated": ("模拟数据：其中 {n} 人由程序生成，提高的幅度也是设定出来的，不说明任何培训的效果。",
                       "Simulated data: {n} of them were made by a program, and so was their gain. It says nothing "
                       "about any training."),
    "gain_no_shared": ("两份试卷没有相同的计分题。", "The forms share no scored item."),
    "gain_shared": ("注意：两份试卷有相同的计分题（{items}），第二次可能只是记得答案。",
                    "Mind: the forms share scored items ({items}); who met them twice may only remember them."),
    "gain_began": ("{n} 人先考 {form}", "{n} began with {form}"),
    "gain_one_order": ("{began}：两份试卷的难度没有等值，难度差别也算进了提高里。下次可让一半人先考另一份。",
                       "{began}: the forms are not equated, so a difference in difficulty is part of the gain. Next "
                       "time let half of them begin with the other form."),
    "gain_orders": ("{began}：两种顺序的人数越接近，试卷难度的差别就越能相互抵消。",
                    "{began}: a difference in difficulty cancels out as far as both orders have as many people."),
    "gain_method": ("同一批人两次平均得分率之差，区间按配对 t 计算；“提高 ÷ 可提高”=（训后 − 训前）÷（1 − 训前），"
                    "见 Hake 1998。未评分的题不当作 0 分，有未评分题的人不计入该领域。没有对照组：期间的其他学习和练习"
                    "也在其中；区间有许多个，个别区间偏离真值是正常的。",
                    "The difference of two means of the same people, with the interval of the paired t; “of the "
                    "possible” = (after − before) ÷ (1 − before), Hake 1998. An unmarked response is never 0: it "
                    "leaves its candidate out of that domain. There is no group to compare with, so whatever else "
                    "people learned meanwhile is in the gain; and of so many intervals one may well miss."),
    "gain_alt": ("训前到训后：{rows}", "Before to after: {rows}"),
    # findings
    "none": ("没有发现需要关注的题目或领域。", "Nothing to look at: no item and no domain broke a rule."),
    "too_small": ("参加人数少于 {k}，不做题目分析。", "Fewer than {k} sittings: items are not judged."),
    "wrong-key": ("答案可能标错", "The key may be wrong"),
    "weak-domain": ("薄弱领域", "Weak domain"),
    "give-away": ("送分题", "Give-away"),
    "too-hard": ("太难", "Too hard"),
    "weak-r": ("区分度低", "Tells little apart"),
    "uneven-variants": ("变式难度不一", "Uneven variants"),
    "variants": ("{count} 个变式，得分率 {low}～{high}（p = {p}）",
                 "{count} variants, facility {low} to {high} (p = {p})"),
    "variants_p": ("{count} 个变式，难度差别 p = {p}", "{count} variants; that they are equally hard: p = {p}"),
    "variants_few": ("{count} 个变式，人数太少，不比较", "{count} variants, too few candidates to compare"),
    "wrong-key text": ("选项 {option} 有 {option_share} 的人选，而且总分越高的人越选它（r = {option_r}）；"
                       "答案所在的选项只有 {key_share} 的人选（r = {key_r}）。n = {n}。",
                       "Option {option} is chosen by {option_share}, and by the better candidates (r = {option_r}); "
                       "the keyed option by {key_share} (r = {key_r}). n = {n}."),
    "wrong-key rule": ("规则：题目与其余总分的相关低于 {max_key_r}，且某干扰项的相关高于答案、高于 {min_option_r}、"
                       "选的人不少于答案。",
                       "Rule: the item's correlation with the rest is below {max_key_r}, and a distractor's is above "
                       "the key's and above {min_option_r}, and it is chosen no less often."),
    "weak-domain text": ("该领域平均得分率 {share}，其余题目 {others}，低 {gap} 个百分点（t = {t}）。n = {n}。",
                         "Mean share of its points {share}, of all other items {others}: {gap} points less "
                         "(t = {t}). n = {n}."),
    "weak-domain rule": ("规则：至少低 {min_gap}，且超出题目之间本来的差异（单侧 p ≤ {max_p}，已按领域数校正）。",
                         "Rule: at least {min_gap} lower, and beyond what items differ anyway (one-sided "
                         "p ≤ {max_p}, corrected for the number of domains)."),
    "give-away text": ("{facility} 的人答对，几乎分不出高低。n = {n}。",
                       "{facility} have it right; it tells nobody apart. n = {n}."),
    "give-away rule": ("规则：得分率达到 {min_facility}。", "Rule: facility of {min_facility} or more."),
    # item table
    "number": ("题号", "No."),
    "count_n": ("n", "n"),
    "item": ("题目和提示", "Item and flags"),
    "item_only": ("题目", "Item"),
    "facility": ("得分率", "Facility"),
    "r": ("区分度 r", "r (rest)"),
    "options": ("选项分布", "Options chosen"),
    "critical": ("红线题", "critical"),
    "item_rules": (
        "n 是已评分的人次；得分率 = 平均得分 ÷ 满分；r = 与其余题目总分的相关（校正点二列相关）；粗体选项是答案。"
        "提示的规则：太难 = 得分率低于 {too_hard}；送分题 = 得分率达到 {give_away}；区分度低 = r 低于 {weak_r}；"
        "答案可能标错 = 见上。n 少于 {small_n} 不显示 r 和选项，少于 {k} 也不显示得分率。",
        "n = sittings marked; facility = mean share of the points; r = correlation with the score on all other items "
        "(corrected point-biserial); the keyed option is bold. Rules: too hard = facility below {too_hard}; "
        "give-away = {give_away} or more; tells little apart = r below {weak_r}; the key may be wrong = see above. "
        "r and options need n = {small_n}, facility n = {k}."),
    "variants_rule": (
        "每人只见到其中一个变式。变式难度不一 = 各变式得分的差别只凭偶然的可能 p < {max_p}（Kruskal-Wallis 检验）。",
        "Each candidate meets one of the variants. Uneven variants = by chance alone marks would differ so much "
        "between them with p < {max_p} (Kruskal-Wallis)."),
    "reliability": ("信度 {form}：α = {alpha}（95% 区间 {low}–{high}），测量标准误 {sem} 分（满分 {out_of}），"
                    "n = {n}，{items} 题。",
                    "Reliability of {form}: alpha = {alpha} (95 % interval {low}–{high}), standard error of "
                    "measurement {sem} points of {out_of}, n = {n}, {items} items."),
    "reliability_few": ("信度 {form}：全部题目已评分的只有 {n} 人次，少于 {k}，不计算。",
                        "Reliability of {form}: only {n} sittings are marked in full, fewer than {k}; not computed."),
    # work
    "form": ("试卷", "Form"),
    "unmarked": ("待评分", "Unmarked"),
    "suspected": ("待确认", "To confirm"),
    "withheld_n": ("影响结果", "Hold a result"),
    "no_unmarked": ("没有待评分的作答。", "Nothing waits for a marker."),
    "flag": ("情况", "Flag"),
    "count": ("份数", "Submissions"),
    "holds": ("暂缓结果", "Holds the result"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "no_flags": ("没有异常标记。", "Nothing is flagged."),
    # steps
    "step check-key": ("核对 {subject} 的答案。先核对再公布成绩：改答案后要重新评分，结果会变。",
                       "Check the key of {subject}, before any result is published: a corrected key is a regrade."),
    "step mark": ("请评分人评完 {n} 份作答：{subject}。", "Marks are missing: {n} ({subject}). Have them given."),
    "step confirm": ("请人确认 {n} 处疑似红线：{subject}。机器的怀疑本身不会判任何人不及格。",
                     "Suspected critical violations: {n} ({subject}). Have them looked at; a suspicion alone fails "
                     "nobody."),
    "step decide": ("对 {n} 份暂缓的答卷作出决定（见「待办工作」）。",
                    "Decide on {n} held submissions (see the work below)."),
    "step resubmit": ("{n} 份答卷无法评分：请考生重新提交，或核对文件。",
                      "{n} submissions could not be graded: ask for them again, or look at the files."),
    "step gate": ("核实 {n} 人当天是否持有先修考试的有效合格成绩；本课程没有记录的，"
                  "用 examdesk conditions passed 登记。",
                  "Look whether {n} candidates held the pass their exam asks for on the day; record one that is not in "
                  "this course with  examdesk conditions passed."),
    "step tick": ("请负责人核对 {n} 人的准备清单，用 examdesk conditions tick 勾选。",
                  "Have a lead go through the checklists of {n} candidates, with  examdesk conditions tick."),
    "step measure": ("{n} 份答卷由旧版本评分，缺少结果规则需要的数据：用 examdesk autograde 试卷 --force 重新评分。",
                     "{n} submissions lack what a pass rule goes by, an older version graded them: run  examdesk "
                     "autograde FORM --force."),
    "step train": ("安排培训：{subject}。", "Plan a training: {subject}."),
    "step replace": ("换掉或改难 {subject}。", "Replace {subject}, or make it harder."),
    "step retrain": ("为 {n} 名未通过者安排复训和补考。", "Plan retraining and a retake for the {n} who failed."),
    "step retrain_few": ("为未通过者安排复训和补考。", "Plan retraining and a retake for those who failed."),
    "no_steps": ("无待办事项。", "Nothing to do."),
    # lineage
    "submissions": ("提交记录", "submission lines"),
    "graded": ("已评分人次", "sittings graded"),
    "refused": ("无法评分", "refused"),
    "marks": ("全部评分记录", "marks ever given"),
    "marks_in_force": ("有效评分", "marks in force"),
    "unmarked_marks": ("其中未评分", "of these unmarked"),
    "engine": ("评分引擎", "engine"),
    "marks_digest": ("有效评分的摘要", "digest of the marks in force"),
    "versions": ("软件版本", "versions"),
    "form_digest": ("试卷 {form} 的摘要", "digest of form {form}"),
    "thresholds": ("阈值（grading/policies/report.yaml）", "thresholds (grading/policies/report.yaml)"),
    "omitted": ("未答的题按 0 分计；未评分的作答不计入任何统计，也不当作 0 分。",
                "A blank response earns 0; an unmarked one enters no figure and is never counted as 0."),
    # overview
    "overview": ("考试总览", "Exams at a glance"),
    "exam": ("考试", "Exam"),
    "withheld": ("待定", "Withheld"),
    "some_simulated": ("标有「模拟」的考试：成绩来自程序生成的模拟考生，不能用于任何决定。",
                       "Exams marked “simulated”: their marks come from candidates made by a program. Decide nothing "
                       "on them."),
    "no_exams": ("还没有已评分的考试。", "No exam has been graded yet."),
}

FLAGS = {
    "late": ("交卷迟到", "handed in late"),
    "no-journal": ("没有作答记录文件", "the answer file is missing"),
    "no-start": ("作答记录没有开头", "the answer file has no beginning"),
    "journal-lines": ("作答记录有无法读取的行，已跳过", "unreadable lines of the answer file were skipped"),
    "journal-chain": ("作答记录前后不相连", "the answer file's chain breaks"),
    "journal-edited": ("作答记录有被改过的行", "lines of the answer file were changed"),
    "journal-gap": ("作答记录缺行", "lines of the answer file are missing"),
    "journal-fork": ("同时在两处作答", "answered in two places at once"),
    "journal-size": ("作答记录过大", "the answer file is too large"),
    "journal-version": ("作答记录来自更新的版本", "the answer file is of a newer version"),
    "unknown-candidate": ("考生不在名册上", "the candidate is not on the roster"),
    "unknown-student": ("考生不在名册上", "the candidate is not on the roster"),
    "other-candidate": ("作答记录属于另一名考生", "the answer file belongs to another candidate"),
    "other-form": ("作答记录属于另一份试卷", "the answer file belongs to another form"),
    "other-seed": ("使用了他人的题目版本", "sat with another candidate's variant"),
    "two-answers": ("两处作答不一致", "two different answers"),
    "timestamp": ("交卷时间无法读取", "the time of handing in cannot be read"),
    "other-files": ("夹带其他文件", "other files were handed in"),
    "notebook": ("试卷文件被改动或损坏", "the exam notebook is changed or damaged"),
    "copied-cells": ("有重复的单元格", "cells were copied"),
    "missing-cells": ("缺少单元格", "cells are missing"),
    "no-plain-file": ("不是普通文件", "not a plain file"),
    "too-large": ("文件过大", "a file is too large"),
    "empty": ("交了空文件夹", "nothing was handed in"),
    "no-folder": ("提交的不是普通文件夹", "no plain folder was handed in"),
    "name": ("文件夹名称不是考生编号", "the folder's name is no candidate's"),
    "extra-cells": ("多出自己加的单元格", "cells were added"),
    "moved-cells": ("单元格顺序被改动", "cells were moved"),
    "edited-cells": ("考试单元格被改动", "exam cells were changed"),
    "cooked-outputs": ("试卷里写有自造的评分结果", "results were written into the notebook"),
    "notebook-version": ("试卷文件格式版本不同", "the notebook is of another format"),
    "second-notebook": ("多交了一份试卷文件", "a second notebook was handed in"),
    "special-files": ("夹带链接或特殊文件", "links or special files were handed in"),
    "journal-clock": ("考生电脑的时钟不准", "the candidate's clock was off"),
    "after-hand-in": ("交卷后仍有作答，不计分", "answers after the hand-in do not count"),
    "waits": ("顾客等待期间页面离开过，或少计了等待时间",
              "the page was away, or did not count, while a customer waited"),
    "before-opening": ("开考时间之前已经开始（以考生电脑时钟为准）",
                       "was begun before the opening, by the candidate's clock"),
    "late-answers": ("有作答超过规定时间，仍计分", "answers came after the time allowed, and count"),
    "late-kept": ("有作答在时间到后才送达，另行保存，不计分",
                  "answers came after the time had closed the exam; kept, not counted"),
    "extra-time": ("考试页面使用的加时与名册不符", "the page was told of extra time the roster does not give"),
    "restart": ("考试期间电脑重启，离开较久", "the computer was restarted during the exam and was away long"),
    "void-answers": ("有无效的作答，已忽略", "answers no panel writes were ignored"),
    "other-variant": ("作答的不是本人那一份题目变式", "other variants than this candidate's were answered"),
    "unsaid-variant": ("作答记录没有写明题目变式", "the answer file does not say which variants were shown"),
    "reply-trick": ("回复里有应试技巧的痕迹", "a reply tries a trick"),
    "doubt": ("打字的用时或方式需要核对", "the time or manner of typing wants a look"),
    "replay": ("对话重放时发现不一致", "a chat differs when it is played again"),
    "reopened": ("评阅后作答有变化，需重新确认", "the work changed after a person had marked it"),
    "shared-journal": ("与他人交了同一份作答记录", "somebody else handed in the same answer file"),
    "memory": ("评分所需内存过大", "grading it needs too much memory"),
    "time": ("评分时间过长", "grading it takes too long"),
    "ended-process": ("评分进程因它中断", "it ended the grading process"),
    "database": ("数据库无法保存", "the database does not take it"),
    "fault": ("系统错误", "a fault of Examdesk"),
}

DOMAINS = {
    "D1": ("角色与服务理念", "Role, service concept, ethics"),
    "D2": ("语言规范与时效", "Language norm and response time"),
    "D3": ("售前接待与促成", "Pre-sales reception and closing"),
    "D4": ("订单与内部协同", "Orders, notes, internal coordination"),
    "D5": ("物流清关支付", "Shipping, logistics, customs, payment"),
    "D6": ("退换货与质量", "Returns, exchange, refund, quality"),
    "D7": ("投诉纠纷评价", "Complaints, disputes, feedback"),
    "D8": ("平台合规与安全", "Marketplace rules and security"),
    "D9": ("平台工具", "Platform tools and message centres"),
    "D10": ("账号表现与费用", "Account performance and fees"),
    "D11": ("英文书面与跨文化", "Written English and culture"),
    "D12": ("培训质检与管理", "Training, quality control, team lead"),
}


def say(key: str, language: str, **figures: object) -> str:
    """The text of `key` in `language`, with its figures.

    >>> say("step replace", "en", subject="I-205")
    'Replace I-205, or make it harder.'
    """
    return TEXTS[key][LANGUAGES.index(language)].format(**figures)


def flag_name(code: str, language: str) -> str:
    """A flag in words with its code; the code alone for one we have no words for."""
    return f"{FLAGS[code][LANGUAGES.index(language)]} ({code})" if code in FLAGS else code


def domain_name(domain: str, language: str) -> str:
    """The domain as a manager knows it, e.g. "D6 Returns, exchange, refund, quality"."""
    return f"{domain} {DOMAINS[domain][LANGUAGES.index(language)]}" if domain in DOMAINS else domain
