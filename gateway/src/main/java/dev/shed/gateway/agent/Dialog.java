package dev.shed.gateway.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a pane shows while its agent asks something.
///
/// @param pane what runs in the pane
/// @param lines the lines of its screen
/// @param output the whole output of [AgentPanes#show] that tells this
public record Dialog(AgentPane pane, List<String> lines, String output) {
    private static final String SCREEN = "\nscreen\n";

    /// The signs of frames and of turning spinners: they are no part of a question.
    private static final Pattern SIGNS = Pattern.compile("[\\u2500-\\u259f\\u2800-\\u28ff]");

    /// An option of a dialog with its number: `❯ 1. Yes`. The sign before it marks the one that Enter
    /// chooses.
    private static final Pattern OPTION = Pattern.compile("\\s*([❯›>●]?)\\s*([1-9])\\.\\s+(\\S.*)");

    /// How many lines of text a question has at most; a longer one is cut at its beginning.
    private static final int MAX_LINES = 16;

    public Dialog {
        lines = List.copyOf(lines);
    }

    /// An option that a dialog shows.
    ///
    /// @param chosen whether Enter chooses it
    record Option(int number, boolean chosen, String text) {}

    /// Reads the output of [AgentPanes#show]; empty if the pane or its screen is missing.
    ///
    /// @param pane tmux's name of the pane
    public static Optional<Dialog> parse(String output, String pane) {
        var shown = output.endsWith("\n") ? output.substring(0, output.length() - 1) : output;
        int screen = shown.indexOf(SCREEN);
        if (screen < 0) {
            return Optional.empty();
        }
        var lines = Arrays.asList(shown.substring(screen + SCREEN.length()).split("\n", -1));
        return AgentPanes.parse(shown.substring(0, screen).lines().toList()).stream()
                .filter(listed -> listed.id().equals(pane))
                .findFirst()
                .map(listed -> new Dialog(listed, lines, shown));
    }

    /// The text of the screen without frames and spinners.
    public List<String> text() {
        return lines.stream()
                .map(line -> SIGNS.matcher(line).replaceAll(" ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /// What it asks, as far as a screen tells: the end of its text, and its numbered options.
    ///
    /// @param status that of the pane
    public Question question(Status status) {
        var text = text();
        var end = text.subList(Math.max(0, text.size() - MAX_LINES), text.size());
        var kind = status.state() == Status.State.NEEDS_APPROVAL ? Question.Kind.PERMISSION : Question.Kind.QUESTION;
        var detail =
                end.stream().filter(line -> !OPTION.matcher(line).matches()).collect(Collectors.joining(" "));
        return new Question(
                kind,
                status.message().orElse(""),
                detail,
                options().stream().map(Option::text).toList());
    }

    /// The options that it shows, numbered from 1 without a gap; empty if there are others.
    List<Option> options() {
        var found = text().stream()
                .map(OPTION::matcher)
                .filter(java.util.regex.Matcher::matches)
                .map(option -> new Option(
                        Integer.parseInt(option.group(2)), !option.group(1).isEmpty(), option.group(3)))
                .toList();
        int first = -1;
        for (int i = 0; i < found.size(); i++) {
            first = found.get(i).number() == 1 ? i : first;
        }
        var last = first < 0 ? List.<Option>of() : found.subList(first, found.size());
        for (int i = 0; i < last.size(); i++) {
            if (last.get(i).number() != i + 1) {
                return List.of();
            }
        }
        return last;
    }
}
