// The hooks of Codex that /etc/codex/requirements.toml names: they tell the gateway what it does, and its conversation. One
// daemon runs them for all terminals, with the environment of the first one. So the terminal is found by the name of the
// conversation in its title, of which Codex shows the beginning (terminal_title in /etc/codex/config.toml).
import { readFileSync } from "node:fs"
import { Agent, foregroundOf, prune, tmux } from "./records.mjs"

const SHOWN = 28
const STATES = { SessionStart: "idle", UserPromptSubmit: "working", Stop: "done", Interrupt: "idle" }

function terminal(conversation) {
    const format = ["#{pane_id}", "#{pane_pid}", "#{session_name}", "#{pid}", "#{pane_title}"].join("\t")
    const panes = tmux("list-panes", "-a", "-F", format).split("\n").map((line) => line.split("\t"))
    return panes.find(([, , , , title]) => title?.includes(`| ${conversation.slice(0, SHOWN)}`))
}

function run() {
    const input = JSON.parse(readFileSync(0, "utf8"))
    const state = STATES[input.hook_event_name]
    const [pane, process_, session, server] = (state && terminal(input.session_id)) ?? []
    const codex = pane && foregroundOf(process_)
    if (!codex) return
    process.env.TMUX_PANE = pane
    prune(session)
    const agent = new Agent("codex", codex)
    agent.tell(state, { conversation: input.session_id, session, server, directory: input.cwd })
}

try {
    run()
} catch {
    // Codex goes on.
}
