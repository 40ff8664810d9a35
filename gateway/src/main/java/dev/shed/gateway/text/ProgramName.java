package dev.shed.gateway.text;

/// How the person calls the gateway's program, for commands that can be pasted.
public final class ProgramName {
    private static final String NAME = System.getProperty("shed.program", "shed-gateway");

    private ProgramName() {}

    /// The command with these arguments. The system property `shed.program` has the words before them, as typed
    /// in a shell, where they are not `shed-gateway`.
    ///
    /// @param arguments as typed in a shell
    public static String with(String arguments) {
        return NAME + " " + arguments;
    }
}
