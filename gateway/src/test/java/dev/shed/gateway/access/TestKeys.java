package dev.shed.gateway.access;

import java.util.Base64;

/// Public keys made for these tests with ssh-keygen; their private halves are gone. The sk- keys are those of
/// the plain types with an application, as no token was at hand.
public final class TestKeys {
    public static final String ED25519 =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGN97l1pg/0Tqt4T42XDN5VnXN4QW2Ygh2uNwJYYzMoj";
    public static final String OTHER_ED25519 =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL2LHlcjLEIlX351GvDI43YEHOJk985fkLq9P7MR8BR/";
    static final String ECDSA_256 =
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDjnnX1OC+bPdZjUxE9Dq6l"
                    + "n37VyisLQzKt57jjY1+ycW70lSisdzGHSPak0j5URzNCcC3P/pSZv60WA2IeQU28=";
    static final String ECDSA_384 =
            "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBAS/9pWGLwJetw6+N+BlaUd"
                    + "UEA0cCk7JDfItCSty0neaUOPlZlfHLUTzyWX174atWYfDNZ+zGyJmgHfSE/8Bvi8feIVqXl1DO14BdTaNWNqWIHvShKiPcH"
                    + "GFV6gh6NTcmA==";
    static final String ECDSA_521 =
            "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAHsM9TdIa+wOpnYB263voZ"
                    + "NEONSwKZvEPvakDj2N3sRKMCT81emMPdRuLDJMpPS8NSYrXufq+s8oEAKbGUbq2h5KAAOmXJWurEJKmsvJHod7Pwnem7O7p"
                    + "aP17uH0TEVtXXabQIOvzii/9dec8+b8p0v5dKjIOmoAbhIlB8c/qnn45owDA==";
    static final String RSA_2048 =
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCmXlGCKgaJUwwcTsHVPT/8aGkLC8uVJRgsUBGcdyuPr/FEN4rSHRK8qMy"
                    + "zq7T9CQGV2WmYfxmHvFq2Ny3FK+TdQEEA4a081O/hxmDBzKJTnO+SkhrTDfKPvOeKuH6Fd7695Hf/MJTIFKITjMCJCtsv8W"
                    + "k4/V+7ZaNhw/tFSNyCcZNoT1bZsLCh4KXdSrHidNU79JDMecB9UHoKbkh/6hclD0rakgpFTQAg3qpZM+ccH18IWtQCRRA8r"
                    + "eMsmouMvS5ymxVFuXCg+9yXvh2okMEo2pFEWyBvulq2RMhakwmneisyYZOkmvPsTOGAKLoasMmDMhatQtxSlUFZWG2hzPwB";
    static final String RSA_1024 =
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCiq8GEcyp5+6T9k4i1U578LOn+SfRJvqOdwug15jlVZuWrtzi1y7nVEvW"
                    + "8fwZJtQNk1FFGXgWrPQ66l57k1nEvsL5G5upDMBguQ725B3sR8kKsUYP+DaqELhyZNYRId3LwDkF8FVNM4liehNwjJyw3GO"
                    + "4BQZY9PZnGCfywIJhCWw==";
    static final String SK_ED25519 =
            "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIGN97l1pg/0Tqt4T42XDN5Vn"
                    + "XN4QW2Ygh2uNwJYYzMojAAAABHNzaDo=";
    static final String SK_ECDSA =
            "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlz"
                    + "dHAyNTYAAABBBDjnnX1OC+bPdZjUxE9Dq6ln37VyisLQzKt57jjY1+ycW70lSisdzGHSPak0j5URzNCcC3P/pSZv60WA2Ie"
                    + "QU28AAAAEc3NoOg==";

    static final String ED25519_FINGERPRINT = "SHA256:wXFRR1mbUFIrdorxkS2VNGxDTJkgLuKGeuJCYdD/nDA";

    private TestKeys() {}

    /// The blob of a key that is written as type and base64.
    public static byte[] blob(String key) {
        return Base64.getDecoder().decode(key.substring(key.indexOf(' ') + 1));
    }
}
