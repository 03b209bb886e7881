/// Every sentence that the page, the report, the API and the command line say: one file, each with its id and the words in
/// braces that it is filled with.
///
/// Rules: a number has its unit, its comparison and its period. No Greek, no detector's name, no statistics: those stand
/// under "For engineers" only. "Moved together with", never "because".
enum Sentence: String, CaseIterable {
    // MARK: Headline
    case headlineCatching = "Catching {c} of 100 {positives}."
    case headlineRight = "Right in {r} of 100 {items}; {rule} is right in {b}."
    case headlineOff = "Off by {e} on average; {rule} is off by {b}."
    case headlineWorse = "Wrong on {e} since {t0}, usual {u}."
    case headlineWorseNumber = "Off by {e} on average since {t0}, usual {u}."
    case headlineNoBetter = "No better than a simple rule: {e} wrong; {rule} gets {b}."
    case headlineNoBetterNumber = "No better than a simple rule: off by {e} on average; {rule} is off by {b}."
    case headlineHandled = "A change {t0} was handled by {t1}, steady since."
    case headlineTraining = "A fresh model is training and takes over when it is proven better."
    case headlineWaits = "Nothing is done about it by itself: this topology only reports."
    case headlineInputs = "{n} {look} unusual."
    case headlineLearning = "Learning. {n} outcomes are known; the first comparison needs {need}."
    case headlineEmpty = "Ready. No {item} has arrived on {source} yet."
    case headlineStarting = "Starting. Waiting for its share of {source}."
    case headlineRestoring = "Coming back. It reads what it had learned."
    case headlineStopped = "Stopped: {reason}."
    case headlineNoOutcomes = "Answering. No outcome is known yet, so nobody can say how well."
    case headlineNothing = "Watching {source}. Nothing is predicted."

    case basis = "From {n} {items} of {from} to {to} whose outcome is known. {day}, times in UTC."
    case basisEvents = "From all {n} {items} whose outcome is known."
    case basisLearning = "{n} {items} answered so far, of them {k} with a known outcome."

    // MARK: Is it working?
    case workingYes = "{r} {items} a second. None waits for longer than {lag}."
    case workingAll = "{r} {items} a second, all answered as they come."
    case workingBehind = "{r} {items} a second; {n} wait, {lag} of work. Furthest behind is partition {p}."
    case workingIdle = "None since {t}. Every {item} that came was answered."
    case workingEmpty = "Connected. The first {item} will appear here."
    case workingRestoring = "{n} of {m} partitions are being read back."
    case workingSilent = "Process {process} has told nothing since {t}. {list} may wait; no {item} is lost."
    case workingStopped = "{reason}. What was not answered waits in Kafka; none is lost."
    case workingFile = "{n} {items} were answered one after the other, each before its outcome was looked at."

    // MARK: Better than a simple rule?
    case betterYes = "{e} {items} answered wrongly. {rule} would get {b} wrong."
    case betterYesNumber = "Off by {e} on average. {rule} would be off by {b}."
    case betterEven = "{e} {items} answered wrongly; {rule} gets {b}. That is the same within chance."
    case tooEarly = "{n} of {need} outcomes known."
    case tooEarlySoon = "{n} of {need} outcomes known. About {eta} more."

    // MARK: Did anything change?
    case changedNo = "Mistakes within their usual {lo} to {hi}."
    case changedNoBand = "Mistakes are as they were: {e}."
    case changedWorse = "Mistakes rose from {a} to {b}. Noticed {t1}."
    case changedOften = "The last time {at}: mistakes rose from {a} to {b}."
    case changedBetter = "Mistakes fell from {a} to {b}."
    case changedPlain = "Noticed {t1}; too few outcomes lie around it to compare."
    case changedMoved = "{input} moved from {a} to {b}. The mistakes did not."

    // MARK: What was done?
    case doneSwitched = "It took over once it was better on the same {items}: {b} against {a}."
    case doneSwitchedPlain = "Another model took over."
    case doneOften = "The last time {at}. Each took over once it was better on the same {items}."
    case doneTraining = "A fresh model learns the new pattern. It takes over when proven better on the same {items}."
    case doneDiscarded = "A fresh model was tried and was not better. The one that answered stays."
    case doneFaded = "A fresh model began to learn; the first sign faded, so it was put away."
    case doneNothing = "Nothing had to be done."
    case doneImproved = "An improvement needs no action."
    case doneReported = "It was reported. This topology leaves it at that."
    case doneKept = "Nothing: {reason}."
    case doneEarly = "There is no earlier model to compare with."

    // MARK: Must I do something?
    case todoNothing = "Everything that can be done by itself is done."
    case todoWait = "A fresh model is on its way. Look again in a few minutes."
    case todoReset =
        "The topology reports changes and acts on none. `background` under `drift` would train a fresh model."
    case todoInputs = "{input} has had no value in any {item} so far. Nothing is urgent."
    case todoMeant = "{input} has had no value in any {item} so far; perhaps {meant} is meant. Nothing is urgent."
    case todoMissing = "{input} is missing in {x} of {items} since {t0}, usual {u}. Nothing is urgent."
    case todoLetters = "{n} of {all} {items} could not be read: {why}."
    case todoModel = "{model} is wrong on {e} only."
    case todoModelNumber = "{model} is off by {e} only."
    case todoSimple = "A simple rule does as well. Other inputs or another model may know more."
    case todoSend = "Send {items} to the topic {source}."
    case todoStart = "The reason stands beside. Start it again once that is put right."
    case todoLater = "Come back when there is more to compare."

    // MARK: Stages
    case stagesFlowing = "Flowing: {r} {items} a second through all {n} stages, {lag} behind the newest."
    case stagesBehind = "{n} {items} wait: {lag} of work at this rate. Furthest behind is partition {p}."
    case stagesIdle = "Nothing flows: no {item} for {d}. All that came are answered."
    case stagesEmpty = "Nothing has arrived yet."
    case stagesSilent = "Process {process} has told nothing since {t}; its {list} may wait."
    case stagesUnanswered = "No process has told of {list} yet."
    case partitions = "{n} on this process"
    case partitionsShared = "{n} on {m}, shown as one"
    case loading = "Loading the hours before the start. What is new is shown then."
    case notFollowing = "What was before, and what other processes do, cannot be read: {reason}."

    // MARK: Mistakes
    case mistakesNow = "{e} {items} now, {verdict} its usual {lo} to {hi}. {rules}"
    case mistakesPlain = "{e} {items} now. {rules}"
    case mistakesNumber = "Off by {e} on average now. {rules}"
    case mistakesFile = "{e} {items} wrong over all. {rules}"
    case mistakesFileNumber = "Off by {e} on average over all. {rules}"
    case mistakesEmpty = "No outcome is known yet. The line begins when {need} are."
    case rules = "The two simple rules get {a} and {b} wrong."
    case rulesNumber = "The two simple rules are off by {a} and {b}."
    case markWorse = "From {a} to {b}, since about {t0}."
    case markBetter = "From {a} to {b}. Nothing had to be done."
    case markPlain = "Too few outcomes lie around it to compare."
    case markMoved = "{input} went from {a} to {b}, since about {t0}."
    case markSwitch = "{model} took over: {b} wrong on the same {items}, against {a}."
    case markSwitchNumber = "{model} took over: off by {b} on the same {items}, against {a}."
    case markSwitchPlain = "{model} took over."

    // MARK: Models
    case modelsOne = "{a} answers. No other model was asked to learn beside it."
    case modelsBetter = "{a} answers. {others}"
    case modelsSame = "{m} is as good."
    case modelsBehind = "{m} is behind."
    case modelsAhead = "{m} is ahead at the moment."

    // MARK: What changed
    case changeTook = "It took {d} from the first sign to a model that knows the new pattern."
    case changeOpen = "Since the first sign {d} have passed; no better model is proven yet."
    case changeBetter = "Mistakes fell; an improvement needs no action."
    case storyBegan = "Mistakes begin to rise. Found by looking back."
    case storyBeganBetter = "Mistakes begin to fall. Found by looking back."
    case storyWarning = "First warning."
    case storyConfirmed = "{a} to {b} wrong."
    case storyConfirmedNumber = "Off by {a} before, {b} now."
    case storyMoved = "With it moved {inputs}."
    case storyMovedMissing = "{input} (missing in {a}, now {b})"
    case storyMovedMean = "{input} (on average {a}, now {b})"
    case storyMovedWord = "{input} ({word} in {a}, now {b})"
    case storyTraining = "A fresh {model} starts to train beside the one that answers."
    case storySwitch = "It was wrong on {b}, the one before on {a}, on the same {items}."
    case storySwitchNumber = "It was off by {b}, the one before by {a}, on the same {items}."
    case storyKept = "Nothing is replaced: {reason}."
    case storyDiscarded = "The fresh model was not better and is put away."

    // MARK: Influence
    case influence = "Mostly on {a} ({x}), then on {b} ({y})."
    case influenceOne = "On {a} alone."
    case influenceMoved = "Since {t} mostly on {a} ({x}). Before, on {b} ({y})."
    case influenceSame = "Mostly on {a}: {x}, and {y} before {t}."
    case influenceCaption =
        "Share of the influence on the answers. Each strip: from 0 to {high}; the upright line: a new model."

    // MARK: Parts of the events
    case slicesWorst = "Most often for “{slice}”: {e}, and {all} over all {items}."
    case slicesEven = "No part stands out from the others: {e} {items} over all."
    case slicesCaption = "The {n} parts with most mistakes of {all}, over the whole stream"

    // MARK: Chances
    case chancesRight = "Yes. When it says {lo} to {hi}, {positive} follows in {k} of 100."
    case chancesSure = "Too sure from {lo} to {hi}: {positive} follows in {k} of 100."
    case chancesShy = "Too cautious from {lo} to {hi}: {positive} follows in {k} of 100."
    case chancesEarly = "Too early to say: no range of chances has {need} known outcomes yet."

    // MARK: Outcomes
    case outcomes = "Half arrive within {m}, 95 of 100 within {n}."
    case outcomesAssumed = "Without one after {within}, it counts as {class}."
    case outcomesDropped = "Without one after {within}, nothing is learned from it."
    case outcomesNone = "None has arrived yet; {n} {items} wait."
    case outcomesFault = "Outcomes do not find what they belong to: {reason}"
    case outcomesCurve = "Outcomes that have arrived, of those that did, by the time since the {items}"

    // MARK: One answer explained
    case caseLead = "Newest: {id} at {t}, answered {answer}."
    case caseNote = "From {base}, the mean of late, step by step to the answer, by the model of now."
    case answerChance = "A chance of {x}"
    case reason = "{input} is {value}, usual {usual}"
    case reasonMeans = "{input} is {value}, usual {usual} ({means})"
    case reasonUsual = "{input} is {value}, as usual"
    case reasonRare = "{input} is {value}, usual none"
    case reasonMissing = "{input} has no value, usual {usual}"
    case reasonOthers = "All other inputs together"
    case reasonRest = "Everything else together: {effect}."
    case effectRaises = "raises the chance by {by}"
    case effectLowers = "lowers the chance by {by}"
    case effectNothing = "Changes nothing"
    case effectAdds = "adds {by}"
    case effectTakes = "takes {by} off"

    // MARK: Inputs
    case inputsGood = "All {n} inputs have values, and every {item} could be read."
    case inputsUsual = "All {n} inputs look usual, and every {item} could be read."
    case inputsMissing = "{n} of {all} inputs look unusual. {input} is missing in {x} of {items} since {t0}, usual {u}."
    case inputsLetters = "{n} of {all} {items} could not be read and were set aside: {why}."
    case inputsUnseen = "{input} has had no value in any {item} so far."

    // MARK: Decisions
    case decisions = "{n} since the start, all by rule. None waits for approval."
    case decisionsWait = "{n} since the start. One waits for approval: `millrace approve` or `millrace deny`."
    case decisionsNone = "None yet. What is done by itself will stand here, with its evidence."

    /// The sentence with its words filled in.
    ///
    /// - Parameter words: one for each name in braces.
    func said(_ words: [String: String] = [:]) -> String {
        var text = ""
        var rest = rawValue[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            assert(words[name] != nil, "\(self) lacks \(name)")
            text += words[name] ?? "…"
            rest = rest[rest.index(after: close)...]
        }
        return (text + rest).capitalizedFirst
    }

    /// The names in braces.
    var names: [String] { rawValue.split(separator: "{").dropFirst().map { String($0.prefix { $0 != "}" }) } }
}
