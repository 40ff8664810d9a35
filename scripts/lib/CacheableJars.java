import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/// CacheableJars DIR JAR…: the same classes, in jars of the same names in DIR, as a JDK's AOT cache takes them. It leaves
/// out classes of Java 5 and older, as picocli's are, because they have no stack maps; here they get them. It leaves out
/// what is in signed jars, as BouncyCastle's are; here the signature is checked once, by JarFile, and goes, instead of at
/// each start for each class. OpenJDK asks no provider for one. The same jars give the same bytes.
class CacheableJars {
    private static final int JAVA_8 = 52;

    /// Any time will do that a jar can hold without an extension.
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+[.](SF|RSA|DSA|EC)");

    public static void main(String[] arguments) throws IOException {
        for (var jar : List.of(arguments).subList(1, arguments.length)) {
            copy(Path.of(jar), Path.of(arguments[0]).resolve(Path.of(jar).getFileName()));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var jar = new JarFile(from.toFile());
                var loader = new URLClassLoader(new URL[] {from.toUri().toURL()});
                var out = open(to, jar)) {
            var hierarchy = ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver());
            var format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(hierarchy));
            for (var entry : Collections.list(jar.entries())) {
                if (!entry.getName().equals(JarFile.MANIFEST_NAME) && !SIGNATURE.matcher(entry.getName()).matches()) {
                    out.putNextEntry(entry(entry.getName()));
                    out.write(newer(format, entry.getName(), jar.getInputStream(entry).readAllBytes()));
                    out.closeEntry();
                }
            }
        }
    }

    /// Without what the manifest says of single files: their digests, and BouncyCastle's has 800 kB of them.
    private static JarOutputStream open(Path file, JarFile jar) throws IOException {
        var out = new JarOutputStream(Files.newOutputStream(file));
        var manifest = jar.getManifest();
        if (manifest != null) {
            var plain = new Manifest();
            plain.getMainAttributes().putAll(manifest.getMainAttributes());
            out.putNextEntry(entry(JarFile.MANIFEST_NAME));
            plain.write(out);
            out.closeEntry();
        }
        return out;
    }

    /// Otherwise an entry has the time of this copy; the old one's depends on the time zone in some jars.
    private static JarEntry entry(String name) {
        var entry = new JarEntry(name);
        entry.setTimeLocal(TIME);
        return entry;
    }

    private static byte[] newer(ClassFile format, String name, byte[] bytes) {
        if (!name.endsWith(".class")) {
            return bytes;
        }
        var model = format.parse(bytes);
        return model.majorVersion() >= JAVA_8 ? bytes : format.transformClass(model, withStackMaps());
    }

    /// Methods are written anew only when something looks at their code.
    private static ClassTransform withStackMaps() {
        ClassTransform version = (builder, element) ->
                builder.with(element instanceof ClassFileVersion ? ClassFileVersion.of(JAVA_8, 0) : element);
        return version.andThen(ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element)));
    }
}
