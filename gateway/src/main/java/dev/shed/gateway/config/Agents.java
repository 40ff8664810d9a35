package dev.shed.gateway.config;

/// The section `agents`: programs in sessions that tell what they do, and coding agents.
///
/// @param relay before which programs a relay stands that reads OSC 7501: those of `run`, `all`, or `none`
/// @param resume who resumes agents after a start of their shed: whoever types `resume` (`manual`), or the gateway
/// (`auto`)
/// @param statusLine whether tmux's status line is told what agents do: while a client is attached, or `never`
public record Agents(String relay, String resume, String statusLine) {
    /// The defaults.
    public static final Agents DEFAULTS = new Agents("run", "manual", "attached");

    public Agents {
        Rule.RELAY.require("agents.relay", relay);
        Rule.RESUME.require("agents.resume", resume);
        Rule.STATUS_LINE.require("agents.status-line", statusLine);
    }

    /// Whether the gateway resumes agents by itself.
    public boolean resumesThem() {
        return resume.equals("auto");
    }

    /// Whether the status line is told what they do.
    public boolean areInStatusLine() {
        return statusLine.equals("attached");
    }
}
