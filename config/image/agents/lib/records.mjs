// The files by which a hook or a plugin of a coding agent tells the gateway what the agent does and asks, and takes
// answers: docs/agents.md, "Records". All text in them is the model's: it is cut, and written by JSON.stringify only.
import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"

const LONGEST_FILE = 8192
const MOST_OPTIONS = 12
const ABANDONED = 3_600_000
const RESUMABLE = 30 * 86_400_000
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants

export const directory = path.join(
    process.env.XDG_STATE_HOME || path.join(os.homedir(), ".local", "state"), "shed", "agents")

function proc(file) {
    try {
        return fs.readFileSync(`/proc/${file}`, "latin1")
    } catch {
        return ""
    }
}

// The fields of /proc/PID/stat behind the name of the process; none when there is no such process.
function stat(pid) {
    const text = proc(`${pid}/stat`)
    return text ? text.slice(text.lastIndexOf(")") + 2).split(" ") : []
}

// When a process began. Undefined when there is no such process.
export const startOf = (pid) => stat(pid)[19]

// The process group in the foreground of a pane whose first process has that number; undefined when there is none. The first
// child of a relay is the program behind it, which leads the session of a terminal of its own.
export function foregroundOf(pid) {
    const isRelay = proc(`${pid}/comm`).trimEnd() === "shed-relay"
    const first = isRelay ? proc(`${pid}/task/${pid}/children`).split(" ")[0] : pid
    const { 3: session, 5: foreground } = stat(first)
    return foreground > 0 && (!isRelay || session === first) ? Number(foreground) : undefined
}

// What tmux answers.
export function tmux(...words) {
    return execFileSync("tmux", words, { timeout: 2000, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trimEnd()
}

// The tmux session of this process, and the process of its server; neither outside tmux.
export function place() {
    try {
        const told = tmux("display-message", "-p", "-t", process.env.TMUX_PANE ?? "", "#{pid} #{session_name}")
        const [, server, session] = /^(\d+) (.+)/.exec(told) ?? []
        return { session, server }
    } catch {
        return {}
    }
}

// Leaves a process behind that removes the record of that one, should it end by itself.
function watchEnd(pid) {
    try {
        const script = fileURLToPath(new URL("agent-end", import.meta.url))
        execFileSync("setsid", ["--fork", "sh", script, String(pid)], { timeout: 2000, stdio: "ignore" })
    } catch {
        // Its record stays, as after a crash.
    }
}

// The beginning of a text that takes at most that many bytes in JSON; what is left out is said.
export function cut(text, limit) {
    const whole = Buffer.from(String(text ?? "")).toString()
    const size = (part) => Buffer.byteLength(JSON.stringify(part))
    if (whole.length <= limit && size(whole) <= limit) return whole
    const rest = ` … (${whole.length} characters)`
    let part = whole.slice(0, limit)
    while (part && size(part + rest) > limit) {
        part = part.slice(0, Math.floor((part.length * limit) / size(part + rest)))
    }
    return Buffer.from(part).toString() + rest
}

// A regular file of this user's own, read as JSON; undefined when it is none, or is too long.
export function readJson(file, limit = LONGEST_FILE) {
    let descriptor
    try {
        descriptor = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        const stat = fs.fstatSync(descriptor)
        if (!stat.isFile() || stat.uid !== process.getuid() || stat.size > limit) return undefined
        const value = JSON.parse(fs.readFileSync(descriptor, "utf8"))
        return value !== null && typeof value === "object" ? value : undefined
    } catch {
        return undefined
    } finally {
        if (descriptor !== undefined) fs.closeSync(descriptor)
    }
}

const remove = (name) => fs.rmSync(path.join(directory, name), { force: true, recursive: true })

const write = (name, value) => writeText(name, JSON.stringify(value))

function writeText(name, text) {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
    const temporary = path.join(directory, `.${name}.${randomBytes(6).toString("hex")}`)
    fs.writeFileSync(temporary, text + "\n", { mode: 0o600, flag: "wx" })
    fs.renameSync(temporary, path.join(directory, name))
}

function names(suffix) {
    try {
        return fs.readdirSync(directory).filter((name) => name.endsWith(suffix))
    } catch {
        return []
    }
}

// One process of an agent, and what it has told.
export class Agent {
    constructor(agent, pid) {
        this.who = { version: 1, agent, pid, procStart: startOf(pid) ?? "", pane: cut(process.env.TMUX_PANE, 32) }
    }

    isAlive() {
        return startOf(this.who.pid) === this.who.procStart
    }

    told() {
        return readJson(path.join(directory, `${this.who.pid}.json`))
    }

    // Tells a state: working, idle, done, blocked (with its kind) or error. With the session and its tmux server the
    // conversation can be resumed there after the container was killed, and not after the agent has ended by itself.
    tell(state, { kind, message, conversation, session, server, directory = process.cwd() } = {}) {
        const known = this.told()
        write(`${this.who.pid}.json`, {
            ...this.who, state, kind, message: message && cut(message, 600),
            since: Date.now(), conversation: conversation && cut(conversation, 100),
            session: session && cut(session, 100), server: session && `${server} ${startOf(server)}`,
            directory: session && cut(directory, 1024),
        })
        if (session && (known?.procStart !== this.who.procStart || !known.server)) watchEnd(this.who.pid)
    }

    tellBlocked({ kind, title, detail, ...of }) {
        this.tell("blocked", { ...of, kind, message: detail ? `${title}: ${detail}` : title })
    }

    clear() {
        remove(`${this.who.pid}.json`)
    }

    // Leaves a question for the gateway, as long as this process waits for its answer. Removing its file ends it.
    ask({ kind, title, detail, options, conversation }) {
        const id = randomBytes(12).toString("hex")
        write(`${id}.question`, {
            ...this.who, hookPid: process.pid, hookStart: startOf(process.pid),
            id, kind, title: cut(title, 200), detail: cut(detail, 3500),
            options: options.slice(0, MOST_OPTIONS).map((label) => cut(label, 200)),
            since: Date.now(), conversation: conversation && cut(conversation, 100),
        })
        return id
    }

    isOpen(id) {
        return fs.existsSync(path.join(directory, `${id}.question`))
    }

    // The answer to a question, once: { decision, option, text }. One that is none is removed. The gateway withdraws an
    // answer by removing it. So it is first made this process's own, and read then.
    takeAnswer(id) {
        const taken = `.${id}.${randomBytes(6).toString("hex")}`
        try {
            fs.renameSync(path.join(directory, `${id}.answer`), path.join(directory, taken))
        } catch {
            return undefined
        }
        const answer = readJson(path.join(directory, taken))
        remove(taken)
        if (answer?.version !== 1 || answer.id !== id) return undefined
        return {
            decision: answer.decision,
            option: Number.isInteger(answer.option) ? answer.option : undefined,
            text: typeof answer.text === "string" && answer.text ? answer.text : undefined,
        }
    }

    // Tells the gateway that the answer which was taken cannot be given, and why. The question stays open.
    refuse(id, { kind, one }) {
        const fits = kind === "permission" ? "a permission takes approve, deny, and the options 1 and 2"
            : one ? "a question takes deny, one of its options, and text"
            : "several questions or choices at once take deny only"
        writeText(`${id}.refused`, fits)
    }

    // Whether it was still open. An answer that has come meanwhile stays: the gateway withdraws it.
    close(id) {
        const open = this.isOpen(id)
        remove(`${id}.question`)
        return open
    }

    // What this agent still asks, the oldest first.
    questions() {
        return names(".question")
            .map((name) => readJson(path.join(directory, name)))
            .filter((question) => question?.pid === this.who.pid && question.procStart === this.who.procStart)
            .sort((one, other) => one.since - other.since)
    }

    // Closes whatever it asked, since it has gone on.
    closeAll() {
        this.questions().forEach((question) => this.close(question.id))
    }
}

// Removes what processes have left behind that are gone. What can be resumed in another session is kept for a month.
export function prune(ownSession) {
    for (const name of [...names(".json"), ...names(".question")]) {
        const left = readJson(path.join(directory, name))
        const isThere = (pid, start) => startOf(Number(pid)) === start
        const isFresh = left?.since > Date.now() - RESUMABLE
        if (left?.conversation && left.session && left.session !== ownSession && isFresh) continue
        if (!left || !isThere(left.pid, left.procStart) || (left.hookPid && !isThere(left.hookPid, left.hookStart))) {
            remove(name)
        }
    }
    // The gateway removes an answer that nobody takes, and reads why one is refused; what is an hour old is a killed
    // gateway's.
    const old = (name) => {
        const stat = fs.lstatSync(path.join(directory, name), { throwIfNoEntry: false })
        return stat && Date.now() - stat.mtimeMs > ABANDONED
    }
    const left = [...names(".answer"), ...names(".refused")]
    left.filter(old).forEach(remove)
}
