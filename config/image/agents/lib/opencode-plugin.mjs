// The plugin of OpenCode that /etc/opencode/opencode.json names: it tells the gateway what OpenCode does and asks, and
// takes answers to its permissions and questions by their ids. The dialog stays on the screen; the first answer wins.
import { Agent, place, prune } from "./records.mjs"

const BETWEEN_LOOKS = 200

export const Shed = async ({ client }) => {
    const agent = new Agent("opencode", process.pid)
    const busy = new Set()
    // What waits for an answer, by OpenCode's id of the request.
    const open = new Map()
    let rest = { state: "idle" }
    // The sessions of subagents, whose conversation is that of their parent.
    const children = new Set()
    let conversation
    // Where that conversation can be resumed.
    let where = place()
    let retry
    let timer

    function tell() {
        const [first] = open.values()
        if (first) agent.tellBlocked({ ...first.asked, conversation: conversation ?? first.asked.conversation, ...where })
        else if (busy.size > 0) agent.tell("working", { message: retry, conversation, ...where })
        else agent.tell(rest.state, { message: rest.message, conversation, ...where })
    }

    function status(of) {
        if (of.status.type === "idle") busy.delete(of.sessionID)
        else busy.add(of.sessionID)
        if (busy.size > 0) rest = { state: "done" }
        if (!children.has(of.sessionID)) talking(of.sessionID)
        retry = of.status.type === "retry" ? of.status.message : undefined
    }

    function talking(id) {
        if (id === conversation) return
        conversation = id
        // It may have been renamed since the start.
        where = place()
    }

    function failed(error) {
        // Esc is no error: whoever pressed it has looked.
        rest = error?.name === "MessageAbortedError" ? { state: "idle" }
            : { state: "error", message: error?.data?.message ?? error?.name }
    }

    // Esc before the next try after an error is told by this only: a message that is complete, without a word or a reason.
    function message({ role, sessionID, time, finish, tokens, error } = {}) {
        const cut = role === "assistant" && time?.completed && !finish && !tokens?.output
        if (cut && busy.has(sessionID)) failed(error ?? { name: "MessageAbortedError" })
    }

    function opened(request, asked, reply) {
        open.set(request.id, { id: agent.ask(asked), asked, reply })
        timer ??= setInterval(look, BETWEEN_LOOKS)
    }

    function closed(requestId) {
        const known = open.get(requestId)
        if (!known) return
        open.delete(requestId)
        agent.close(known.id)
        if (open.size === 0) timer = clearInterval(timer)
    }

    function look() {
        for (const [requestId, { id, asked, reply }] of open) {
            const answer = agent.takeAnswer(id)
            const sent = answer && reply(answer)
            if (answer && !sent) agent.refuse(id, asked)
            // What OpenCode no longer knows has been answered on the screen.
            sent?.finally(() => { closed(requestId); tell() }).catch(() => {})
        }
    }

    const post = (url, path, body) => client._client.post({
        url, path, body, headers: { "Content-Type": "application/json" } })

    function permission(request) {
        const detail = request.metadata?.command ?? request.metadata?.filepath ?? (request.patterns ?? []).join("\n")
        const asked = { kind: "permission", title: request.permission, detail, options: ["Yes", "No"], conversation: request.sessionID }
        opened(request, asked, ({ decision, option, text }) => {
            const allow = decision === "allow" || (decision === "option" && option === 1)
            const deny = decision === "deny" || (decision === "option" && option === 2)
            if (allow || deny) {
                return post("/permission/{requestID}/reply", { requestID: request.id },
                    { reply: allow ? "once" : "reject", message: allow ? undefined : text })
            }
        })
    }

    function question(request) {
        const [first, ...others] = request.questions
        const one = others.length === 0 && !first.multiple
        const labels = one ? first.options.map((option) => option.label) : []
        const detail = request.questions.map((asked) => asked.question).join("\n")
        const asked = { kind: "question", title: first.header || "Question", detail, options: labels,
            conversation: request.sessionID, one }
        opened(request, asked, ({ decision, option, text }) => {
            const of = { requestID: request.id }
            if (decision === "deny") return post("/question/{requestID}/reject", of)
            const chosen = labels[option - 1] ?? text
            if (decision === "option" && one && chosen !== undefined) {
                return post("/question/{requestID}/reply", of, { answers: [[chosen]] })
            }
        })
    }

    const handlers = {
        "session.created": (of) => of.info?.parentID && children.add(of.info.id),
        "session.status": status,
        "session.error": (of) => failed(of.error),
        "message.updated": (of) => message(of.info),
        "permission.asked": permission,
        "permission.replied": (of) => closed(of.requestID ?? of.permissionID),
        "question.asked": question,
        "question.replied": (of) => closed(of.requestID),
        "question.rejected": (of) => closed(of.requestID),
    }

    prune(where.session)
    tell()
    process.on("exit", () => agent.clear())
    return {
        event: async ({ event }) => {
            const handler = handlers[event.type]
            if (!handler) return
            handler(event.properties)
            tell()
        },
    }
}
