// The hooks of Gemini CLI that /etc/gemini-cli/system-defaults.json names: they tell the gateway what it does and asks, and
// its conversation. None is called on Esc in a dialog; the gateway takes from the title that the dialog is gone. In a
// directory that nobody trusts, Gemini CLI calls no hooks.
import fs from "node:fs"
import { Agent, prune } from "./records.mjs"

const TAIL = 1 << 20
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants

// The end of a regular file; nothing of anything else.
function tail(file) {
    const descriptor = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const stat = fs.fstatSync(descriptor)
    if (!stat.isFile()) return ""
    const end = Buffer.alloc(Math.min(stat.size, TAIL))
    return end.toString("utf8", 0, fs.readSync(descriptor, end, 0, end.length, stat.size - end.length))
}

function entry(line) {
    try {
        return JSON.parse(line)
    } catch {
        return undefined
    }
}

// How the turn has ended, by Gemini CLI's own record of the conversation, which is written before this hook is called. What
// the hook itself is told is the same after an error and after Esc.
function ending(transcript) {
    for (const line of tail(transcript).split("\n").reverse()) {
        const { type, content } = entry(line) ?? {}
        if (type === "error") return { state: "error", message: typeof content === "string" ? content : undefined }
        if (type === "gemini") return { state: "done" }
        if (type === "info" && content === "Request cancelled.") return { state: "idle" }
        if (type === "user") return undefined
    }
    return undefined
}

function blocked({ type, title, command, filePath, prompt, toolName } = {}) {
    return { kind: type === "ask_user" ? "question" : "permission", title, detail: command ?? filePath ?? prompt ?? toolName }
}

function run() {
    const input = JSON.parse(fs.readFileSync(0, "utf8"))
    const agent = new Agent("gemini", process.ppid)
    const conversation = input.session_id
    const tell = (state, message) => agent.tell(state, { message, conversation })
    switch (input.hook_event_name) {
        case "SessionStart":
            prune()
            return tell("idle")
        case "BeforeAgent":
        case "AfterTool":
            return tell("working")
        case "Notification":
            if (input.notification_type !== "ToolPermission") return
            return agent.tellBlocked({ ...blocked(input.details), conversation })
        case "AfterAgent": {
            const end = ending(input.transcript_path)
            return end && tell(end.state, end.message)
        }
        case "SessionEnd": return agent.clear()
    }
}

try {
    run()
} catch {
    // Gemini CLI goes on.
}
