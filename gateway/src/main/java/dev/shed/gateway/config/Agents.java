package dev.shed.gateway.config;

/// The section `agents`: programs in sessions that tell what they do, and coding agents.
///
/// @param relay before which programs a relay stands that reads OSC 7501: those of `run`, `all`, or `none`
/// @param resume who resumes agents after a start of their shed: whoever types `resume` (`manual`), or the gateway
/// (`auto`)
public record Agents(String relay, String resume) {
    /// The defaults.
    public static final Agents DEFAULTS = new Agents("run", "manual");

    public Agents {
        Rule.RELAY.require("agents.relay", relay);
        Rule.RESUME.require("agents.resume", resume);
    }

    /// Whether the gateway resumes agents by itself.
    public boolean resumesThem() {
        return resume.equals("auto");
    }
}
