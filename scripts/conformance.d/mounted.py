"""What programs do to a mounted directory: write and sync a new version, rename it over the old one, truncate, link."""

import os
import sys

os.chdir(sys.argv[1])


def write(name, text):
    with open(name, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


write("f", "first\n")
write("f.new", "second\n")
os.rename("f.new", "f")
assert open("f").read() == "second\n"
write("cut", "0123456789")
os.truncate("cut", 3)
assert os.stat("cut").st_size == 3
os.symlink("f", "soft")
os.link("f", "hard")
assert open("hard").read() == "second\n"
os.chmod("f", 0o640)
assert os.stat("f").st_mode & 0o777 == 0o640
os.utime("f", (981173106, 981173106))
assert os.stat("f").st_mtime == 981173106
assert os.statvfs(".").f_blocks > 0
os.mkdir("dir")
assert sorted(os.listdir(".")) == ["cut", "dir", "f", "hard", "soft"], os.listdir(".")
os.rmdir("dir")
os.remove("hard")
