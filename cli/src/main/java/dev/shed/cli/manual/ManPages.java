package dev.shed.cli.manual;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.Home;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The manual pages: one of the client, and one of each verb.
final class ManPages {
    private final CommandSpec root;
    private final String version;
    private final LocalDate date;

    ManPages(CommandSpec root, String version, LocalDate date) {
        this.root = root;
        this.version = version;
        this.date = date;
    }

    /// The pages by file name.
    Map<String, String> all() {
        var pages = new LinkedHashMap<String, String>();
        pages.put("shed.1", overview());
        root.subcommands().forEach((name, line) -> pages.put("shed-" + name + ".1", verb(line.getCommandSpec())));
        return pages;
    }

    private Troff page(String name, String meaning) {
        var title = "TH \"" + name.toUpperCase(java.util.Locale.ROOT).replace("-", "\\-") + "\" 1 " + date + " \"shed "
                + version + "\" \"User Commands\"";
        return new Troff()
                .macro(title)
                .macro("nh")
                .macro("ad l")
                .section("NAME")
                .raw(Troff.escaped(name) + " \\-")
                .text(meaning);
    }

    private String overview() {
        var page = page("shed", "a convenience client for shed gateways")
                .section("SYNOPSIS")
                .raw(Troff.bold("shed") + " " + Troff.italic("VERB") + " [" + Troff.italic("WORD") + " ...]")
                .section("DESCRIPTION")
                .text(String.join(" ", description(root)))
                .section("VERBS");
        root.subcommands()
                .forEach((name, line) ->
                        page.entry(Troff.bold("shed-" + name) + "(1)", firstSentence(line.getCommandSpec())));
        return exitStatuses(files(page))
                .section("EXAMPLES")
                .lines(examples(root))
                .section("SEE ALSO")
                .raw("\\fBssh\\fR(1), \\fBssh_config\\fR(5), \\fBtmux\\fR(1)")
                .toString();
    }

    private static Troff files(Troff page) {
        return page.section("NAMES")
                .text("A shed is named SHED, SHED+SESSION, SERVER/SHED or SERVER/SHED+SESSION. A name without a"
                        + " server is looked up on all servers; it is ambiguous if several of them have it.")
                .section("FILES")
                .entry(Troff.italic("~/.shed/config.yaml"), "The servers.")
                .entry(Troff.italic("~/.shed/known_hosts"), "The servers' host keys, which are checked strictly.")
                .entry(Troff.italic("~/.shed/cache"), "The server of each shed, as of the last query.")
                .entry(
                        Troff.italic("~/.shed/run"),
                        "Sockets of shared connections, and logs of running attach commands.")
                .section("ENVIRONMENT")
                .entry(Troff.bold(Home.VARIABLE), "The client's directory (default: ~/.shed).")
                .entry(Troff.bold("NO_COLOR"), "If set and not empty, output has no colours.");
    }

    private static Troff exitStatuses(Troff page) {
        page.section("EXIT STATUS")
                .text("The status of the command or of the gateway's verb, 255 if ssh itself failed, or one of:");
        var byStatus = Arrays.stream(CliFailure.Code.values())
                .collect(Collectors.groupingBy(
                        CliFailure.Code::status,
                        java.util.TreeMap::new,
                        Collectors.mapping(Enum::name, Collectors.joining(", "))));
        byStatus.forEach((status, codes) -> page.entry(Troff.bold(Integer.toString(status)), codes));
        return page;
    }

    private String verb(CommandSpec spec) {
        var page = page("shed-" + spec.name(), firstSentence(spec)).section("SYNOPSIS");
        var forms = new ArrayList<>(parts(spec));
        if (forms.isEmpty() || !spec.positionalParameters().isEmpty()) {
            forms.addFirst(spec);
        }
        page.raw(forms.stream().map(form -> synopsis(prefix(spec, form), form)).collect(Collectors.joining("\n.br\n")));
        page.section("DESCRIPTION").text(String.join(" ", description(spec)));
        words(page, spec, "SH");
        for (var part : parts(spec)) {
            page.macro("SH \""
                    + (spec.name() + " " + part.name())
                            .toUpperCase(java.util.Locale.ROOT)
                            .replace("-", "\\-") + "\"");
            page.text(String.join(" ", description(part)));
            words(page, part, "SS");
        }
        if (!allExamples(spec).isEmpty()) {
            page.section("EXAMPLES").lines(allExamples(spec));
        }
        return page.section("SEE ALSO").raw("\\fBshed\\fR(1), \\fBssh\\fR(1)").toString();
    }

    private static List<CommandSpec> parts(CommandSpec spec) {
        return spec.subcommands().values().stream()
                .map(line -> line.getCommandSpec())
                .toList();
    }

    private static String prefix(CommandSpec verb, CommandSpec form) {
        return "shed " + verb.name() + (verb.equals(form) ? "" : " " + form.name());
    }

    private static String synopsis(String start, CommandSpec spec) {
        var words = new ArrayList<String>();
        words.add(Troff.bold(start));
        options(spec).forEach(option -> words.add("[" + tag(option, List.of(option.longestName())) + "]"));
        spec.positionalParameters().forEach(parameter -> words.add(form(parameter)));
        return String.join(" ", words);
    }

    private static String form(PositionalParamSpec parameter) {
        var label = Troff.italic(parameter.paramLabel()) + (parameter.arity().max() > 1 ? " ..." : "");
        return parameter.arity().min() == 0 ? "[" + label + "]" : label;
    }

    private static void words(Troff page, CommandSpec spec, String heading) {
        if (!spec.positionalParameters().isEmpty()) {
            page.macro(heading + " \"" + (heading.equals("SH") ? "WORDS" : "Words") + "\"");
            spec.positionalParameters()
                    .forEach(parameter ->
                            page.entry(Troff.italic(parameter.paramLabel()), text(parameter.description())));
        }
        if (!options(spec).isEmpty()) {
            page.macro(heading + " \"" + (heading.equals("SH") ? "OPTIONS" : "Options") + "\"");
            options(spec)
                    .forEach(option -> page.entry(tag(option, List.of(option.names())), text(option.description())));
        }
    }

    private static String tag(OptionSpec option, List<String> names) {
        var all = names.stream().map(Troff::bold).collect(Collectors.joining(", "));
        return option.arity().min() == 0 ? all : all + " " + Troff.italic(option.paramLabel());
    }

    private static List<OptionSpec> options(CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.hidden() && !option.usageHelp())
                .toList();
    }

    private static String firstSentence(CommandSpec spec) {
        var text = String.join(" ", description(spec));
        int end = text.indexOf(". ");
        return (end < 0 ? text : text.substring(0, end)).replaceFirst("\\.$", "");
    }

    private static List<String> description(CommandSpec spec) {
        return Arrays.stream(spec.usageMessage().description())
                .map(ManPages::plain)
                .toList();
    }

    private static String text(String... description) {
        return plain(String.join(" ", description));
    }

    private static List<String> allExamples(CommandSpec spec) {
        var all = new ArrayList<>(examples(spec));
        parts(spec).forEach(part -> all.addAll(examples(part)));
        return all.stream().distinct().toList();
    }

    private static List<String> examples(CommandSpec spec) {
        return Arrays.stream(spec.usageMessage().footer())
                .map(line -> plain(line).strip())
                .toList();
    }

    /// Converts a format string of picocli to plain text.
    private static String plain(String format) {
        return format.replace("%%", "%");
    }
}
