// The hooks of Claude Code that /etc/claude-code/managed-settings.json names: they tell the gateway what it does, and
// let a permission or a question be answered from elsewhere while its dialog stays on the screen. The first answer wins.
// Nothing here may keep Claude Code from its work: what goes wrong ends the hook without an answer.
import os from "node:os"
import path from "node:path"
import { readFileSync, readSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { Agent, prune, readJson } from "./records.mjs"

const LONGEST_INPUT = 8 << 20
const BETWEEN_LOOKS = 200
// From the start of the hook to the dialog. Without a dialog, as in `claude -p`, nobody is asked.
const UNTIL_DIALOG = 10_000

const agent = new Agent("claude-code", process.ppid)

function readInput() {
    const chunks = []
    const chunk = Buffer.alloc(65536)
    let size = 0
    for (let got; (got = readSync(0, chunk)) > 0; ) {
        size += got
        if (size > LONGEST_INPUT) process.exit(0)
        chunks.push(Buffer.from(chunk.subarray(0, got)))
    }
    return JSON.parse(Buffer.concat(chunks).toString())
}

// What Claude Code writes of itself.
function ownRecord() {
    const home = process.env.CLAUDE_CONFIG_DIR || path.join(os.homedir(), ".claude")
    const record = readJson(path.join(home, "sessions", `${agent.who.pid}.json`), 65536)
    return record?.procStart === agent.who.procStart ? record : undefined
}

// Whether the dialog is still on the screen, by Claude Code's own record; each dialog has a time of its own there.
function dialog() {
    const begun = Date.now()
    let shown
    return () => {
        const record = ownRecord()
        if (record?.status === "waiting") shown ??= record.statusUpdatedAt
        return shown === undefined
            ? Date.now() - begun < UNTIL_DIALOG
            : record?.status === "waiting" && record.statusUpdatedAt === shown
    }
}

function question(input) {
    const of = input.tool_input ?? {}
    const conversation = input.session_id
    if (input.tool_name === "AskUserQuestion" && of.questions?.length > 0) {
        const [first, ...others] = of.questions
        const one = others.length === 0 && !first?.multiSelect
        const labels = one ? (first?.options ?? []).map((option) => String(option?.label ?? option)) : []
        const detail = of.questions.map((asked) => asked?.question).join("\n")
        return { kind: "question", title: first?.header || "Question", detail, options: labels, conversation, one }
    }
    const detail = of.command ?? of.file_path ?? of.url ?? of.plan ?? JSON.stringify(of)
    return { kind: "permission", title: input.tool_name, detail, options: ["Yes", "No"], conversation }
}

// What Claude Code is told; undefined when the answer does not fit the question.
function decision(answer, asked, input) {
    const { decision, option, text } = answer
    if (decision === "deny") return { behavior: "deny", message: text ?? "Denied by the user." }
    if (asked.kind === "permission") {
        if (decision === "allow" || (decision === "option" && option === 1)) return { behavior: "allow" }
        return decision === "option" && option === 2 ? { behavior: "deny", message: text ?? "Denied by the user." } : undefined
    }
    const chosen = asked.options[option - 1] ?? text
    if (decision !== "option" || !asked.one || chosen === undefined) return undefined
    const answers = { [input.tool_input.questions[0].question]: chosen }
    return { behavior: "allow", updatedInput: { ...input.tool_input, answers } }
}

async function askPermission(input) {
    const asked = question(input)
    const id = agent.ask(asked)
    const end = () => {
        // Whoever else has closed it has told what is done now.
        if (agent.close(id)) {
            const [next] = agent.questions()
            if (next) agent.tellBlocked(next)
            else agent.tell(ownRecord()?.status === "idle" ? "idle" : "working", { conversation: asked.conversation })
        }
        process.exit(0)
    }
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, end)
    agent.tellBlocked(asked)
    const isShown = dialog()
    while (agent.isAlive() && agent.isOpen(id) && isShown()) {
        const answer = agent.takeAnswer(id)
        const told = answer && decision(answer, asked, input)
        if (told) {
            const output = { hookEventName: "PermissionRequest", decision: told }
            process.stdout.write(JSON.stringify({ hookSpecificOutput: output }), end)
            return
        }
        if (answer) agent.refuse(id, asked)
        await sleep(BETWEEN_LOOKS)
    }
    end()
}

async function run() {
    const input = readInput()
    const conversation = input.session_id
    prune()
    if (input.hook_event_name === "PermissionRequest") return askPermission(input)
    if (input.source === "compact") return
    agent.closeAll()
    switch (input.hook_event_name) {
        case "SessionStart": return agent.tell("idle", { conversation })
        case "UserPromptSubmit": return agent.tell("working", { conversation })
        case "Stop": return agent.tell("done", { conversation })
        case "StopFailure": return agent.tell("error", { message: failure(input), conversation })
        case "SessionEnd": return agent.clear()
    }
}

// A limit, a network that fails, a wrong key: as Claude Code shows it.
function failure(input) {
    return input.last_assistant_message ?? input.error_details ?? input.error
}

run().catch(() => process.exit(0))
