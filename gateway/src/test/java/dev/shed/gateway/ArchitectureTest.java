package dev.shed.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.shed.gateway.container.EngineHints;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.session.Sessions;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.stream.Stream;

/// The fences of docs/ARCHITECTURE.md.
@AnalyzeClasses(packages = "dev.shed.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.shed.gateway";
    private static final long MAX_TYPES = 24;

    @ArchTest
    static final ArchRule thereAreNoCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    /// The slices above do not cover it.
    @ArchTest
    static final ArchRule nothingKnowsTheRoot = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT);

    /// Each verb is a file of `command`.
    @ArchTest
    static void aPackageStaysSmall(JavaClasses types) {
        assertThat(types.stream()
                        .filter(type -> type.isTopLevelClass()
                                && !type.getSimpleName().equals("package-info")
                                && !type.getPackageName().equals(ROOT + ".command"))
                        .collect(groupingBy(JavaClass::getPackageName, counting())))
                .isNotEmpty()
                .allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(MAX_TYPES));
    }

    @ArchTest
    static final ArchRule minaIsKnownInSshOnly = onlyIn("org.apache.sshd..", "ssh");

    @ArchTest
    static final ArchRule dockerIsKnownInContainerDockerOnly = onlyIn("com.github.dockerjava..", "container.docker");

    @ArchTest
    static final ArchRule yamlIsKnownInConfigOnly = onlyIn("org.yaml.snakeyaml..", "config");

    @ArchTest
    static final ArchRule httpIsServedInMetricsOnly = onlyIn("com.sun.net.httpserver..", "metrics");

    @ArchTest
    static final ArchRule metersAreKnownInMetricsOnly = onlyIn("io.micrometer..", "metrics");

    @ArchTest
    static final ArchRule nativeCodeIsCalledInPosixOnly = onlyIn("java.lang.foreign..", "posix");

    @ArchTest
    static final ArchRule posixKnowsTheJdkOnly = knowsOnly("posix");

    @ArchTest
    static final ArchRule picocliIsKnownInCommandOnly = onlyIn("picocli..", "command");

    /// But the operator's own commands: of a notification, and of a kubeconfig.
    @ArchTest
    static final ArchRule nothingIsRunOnTheHost = noClasses()
            .that()
            .haveNameNotMatching(ROOT.replace(".", "\\.")
                    + "\\.(notify\\.CommandDelivery|container\\.kubernetes\\.api\\.ExecPlugin)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(ProcessBuilder.class, Process.class)
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class);

    @ArchTest
    static final ArchRule failuresKnowTheJdkOnly = knowsOnly("failure");

    @ArchTest
    static final ArchRule namesKnowFailuresOnly = knowsOnly("name", "failure");

    @ArchTest
    static final ArchRule tmuxRunsNothing = knowsOnly("tmux", "agent", "name", "failure", "container", "stream");

    @ArchTest
    static final ArchRule agentsAreNotKnownByWhatRunsThem = knowsOnly("agent", "failure", "name");

    @ArchTest
    static final ArchRule textKnowsFailuresOnly = knowsOnly("text", "failure", "stream");

    @ArchTest
    static final ArchRule streamsKnowTheJdkOnly = knowsOnly("stream");

    @ArchTest
    static final ArchRule thePickerDoesNotKnowTheVerbs = noClasses()
            .that()
            .resideInAPackage(ROOT + ".picker..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".command..");

    /// It remembers which sheds were silent, for whoever asks next.
    @ArchTest
    static final ArchRule aGatewayHasOneSessionQuery = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .callConstructor(SessionQuery.class, Sessions.class, EngineHints.class);

    @ArchTest
    static final ArchRule valuesDoNotKnowTheServer = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".ssh..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".ssh..");

    /// [Gateway] creates the engine, [PartSettings] its settings, and [Checks] what `doctor` asks it.
    @ArchTest
    static final ArchRule onlyThreeClassesKnowWhichEngine = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".container.docker..")
            .and()
            .haveNameNotMatching(ROOT.replace(".", "\\.") + "\\.(Gateway|PartSettings|Checks)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".container.docker..");

    /// The same of a cluster, which [KubernetesParts] builds.
    @ArchTest
    static final ArchRule onlyOneClassKnowsOfClusters = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".container.kubernetes..")
            .and()
            .haveNameNotMatching(ROOT.replace(".", "\\.") + "\\.KubernetesParts(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".container.kubernetes..");

    /// A container can write below some directories of the host. Of the classes that serve containers only
    /// these open files: in the state directory, in a run directory, in /proc, or where the operator says.
    @ArchTest
    static final ArchRule fewClassesOpenFilesForContainers = noClasses()
            .that()
            .resideInAnyPackage(
                    inOurs("agent", "command", "container", "event", "inbox", "picker", "query", "shed", "ssh", "tmux"))
            .and()
            .haveNameNotMatching(".*\\.(RunDirectories|PorterServer|Hangups|Networks|PendingCreations|StoppedSheds"
                    + "|EnvFile|KubeFiles|MountSource|HostKey|HostCertificate|TcpTable)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(
                    Files.class,
                    FileChannel.class,
                    FileInputStream.class,
                    FileOutputStream.class,
                    FileReader.class,
                    FileWriter.class,
                    RandomAccessFile.class);

    /// They are connected in the container, by the porter.
    @ArchTest
    static final ArchRule forwardsOpenNoSocketOnTheHost = noClasses()
            .that()
            .resideInAPackage(ROOT + ".ssh.forward..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Socket.class, ServerSocket.class, SocketChannel.class, ServerSocketChannel.class);

    private static String[] inOurs(String... packages) {
        return Stream.of(packages).map(name -> ROOT + "." + name + "..").toArray(String[]::new);
    }

    private static ArchRule onlyIn(String library, String home) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "." + home + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    private static ArchRule knowsOnly(String home, String... others) {
        var ours = DescribedPredicate.<JavaClass>describe(
                "ours", type -> type.getPackageName().startsWith(ROOT));
        var known = new String[others.length + 1];
        known[0] = ROOT + "." + home + "..";
        for (int i = 0; i < others.length; i++) {
            known[i + 1] = ROOT + "." + others[i];
        }
        return classes()
                .that()
                .resideInAPackage(known[0])
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.not(ours).or(JavaClass.Predicates.resideInAnyPackage(known)));
    }
}
