//! TLS: what is spoken, what is refused at start, and a certificate renewed while the server runs.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    self, ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, SupportedProtocolVersion,
};

use crate::support::{Office, run};

/// A certificate of its own for `localhost` and its key, both as PEM.
fn pair(until: i32) -> (String, String) {
    let mut params = CertificateParams::new(vec!["localhost".into()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

/// The two files of an installation.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn of(office: &Office) -> Self {
        Self {
            certificate: office.beside("certificate.pem"),
            key: office.beside("key.pem"),
        }
    }

    fn write(&self, certificate: &str, key: &str) {
        std::fs::write(&self.certificate, certificate).unwrap();
        std::fs::write(&self.key, key).unwrap();
        self.allow(0o600);
    }

    fn allow(&self, mode: u32) {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&self.key, permissions).unwrap();
    }

    fn command(&self, office: &Office, port: u16) -> Command {
        let mut command = office.command(&["serve", "--listen", &format!("127.0.0.1:{port}")]);
        command
            .env("QUERSCHNITT_TLS_CERTIFICATE", &self.certificate)
            .env("QUERSCHNITT_TLS_KEY", &self.key);
        command
    }
}

/// A server that speaks TLS; killed when dropped.
struct Server {
    child: Child,
    port: u16,
    said: PathBuf,
}

/// What a client saw of a connection.
struct Seen {
    version: ProtocolVersion,
    alpn: Option<Vec<u8>>,
    certificate: CertificateDer<'static>,
    answer: String,
}

impl Server {
    fn start(office: &Office, files: &Files, certificate: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let said = office.beside("stderr.txt");
        let child = files
            .command(office, port)
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&said).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self { child, port, said };
        server.until(|server| {
            let seen = server.ask(certificate, &[&TLS13], "/readyz");
            seen.is_ok_and(|seen| seen.answer.starts_with("HTTP/1.1 200"))
        });
        server
    }

    /// Waits for a condition.
    fn until(&mut self, holds: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(90);
        while !holds(self) {
            let ended = self.child.try_wait().unwrap();
            let in_time = ended.is_none() && Instant::now() < deadline;
            assert!(in_time, "ended {ended:?}: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.said).unwrap()
    }

    fn hang_up(&self) {
        let sent = Command::new("kill")
            .arg("-HUP")
            .arg(self.child.id().to_string())
            .status();
        assert!(sent.unwrap().success());
    }

    /// One GET, trusting nothing but this certificate.
    fn ask(
        &self,
        certificate: &str,
        versions: &[&'static SupportedProtocolVersion],
        path: &str,
    ) -> Result<Seen, Box<dyn std::error::Error>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(certificate.as_bytes())?)?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let name = ServerName::try_from("localhost")?;
        let mut connection = ClientConnection::new(Arc::new(config), name)?;
        let mut socket = TcpStream::connect(("127.0.0.1", self.port))?;
        let mut stream = rustls::Stream::new(&mut connection, &mut socket);
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let certificates = connection.peer_certificates().unwrap_or_default();
        Ok(Seen {
            version: connection.protocol_version().ok_or("no version")?,
            alpn: connection.alpn_protocol().map(<[u8]>::to_vec),
            certificate: certificates
                .first()
                .ok_or("no certificate")?
                .clone()
                .into_owned(),
            answer,
        })
    }

    fn shows(&self, certificate: &str) -> bool {
        let expected = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        let seen = self.ask(certificate, &[&TLS13], "/healthz");
        seen.is_ok_and(|seen| seen.certificate == expected)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn it_speaks_tls_and_nothing_else() {
    let office = Office::new();
    let files = Files::of(&office);
    let (certificate, key) = pair(2100);
    files.write(&certificate, &key);
    let server = Server::start(&office, &files, &certificate);
    for (version, name) in [
        (&TLS12, ProtocolVersion::TLSv1_2),
        (&TLS13, ProtocolVersion::TLSv1_3),
    ] {
        let seen = server.ask(&certificate, &[version], "/healthz").unwrap();
        assert_eq!(seen.version, name);
        assert_eq!(seen.alpn.as_deref(), Some(&b"http/1.1"[..]));
        let head = seen.answer.to_ascii_lowercase();
        assert!(
            head.contains("\r\nstrict-transport-security: max-age="),
            "{head}"
        );
    }
    // Plain HTTP gets no HTTP back.
    let mut socket = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    socket
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).ok();
    assert!(
        !bytes.starts_with(b"HTTP"),
        "{:?}",
        String::from_utf8_lossy(&bytes)
    );
    // What is counted is for the operator as soon as others can ask.
    let seen = server.ask(&certificate, &[&TLS13], "/metrics").unwrap();
    assert!(seen.answer.starts_with("HTTP/1.1 401"), "{}", seen.answer);
}

/// Other programs than the server's own library, where they are installed.
#[test]
fn openssl_and_curl_agree() {
    let installed = |program: &str| Command::new(program).arg("version").output().is_ok();
    if !installed("openssl") || !installed("curl") {
        eprintln!("skipped: openssl or curl is not installed");
        return;
    }
    let office = Office::new();
    let files = Files::of(&office);
    let (certificate, key) = pair(2100);
    files.write(&certificate, &key);
    let server = Server::start(&office, &files, &certificate);
    let handshake = |version: &str| {
        let mut command = Command::new("openssl");
        command
            .args([
                "s_client",
                "-connect",
                &format!("127.0.0.1:{}", server.port),
                version,
            ])
            // Old versions are switched off in openssl itself; the server shall be the one who refuses.
            .args([
                "-cipher",
                "ALL:@SECLEVEL=0",
                "-verify_return_error",
                "-servername",
                "localhost",
                "-CAfile",
            ])
            .arg(&files.certificate);
        run(command.stdin(Stdio::null()))
    };
    for version in ["-tls1_2", "-tls1_3"] {
        let ended = handshake(version);
        assert!(
            ended.out.contains("Verify return code: 0 (ok)"),
            "{version}: {ended:?}"
        );
    }
    for version in ["-tls1", "-tls1_1"] {
        let ended = handshake(version);
        let refused = ended.err.contains("alert") && ended.out.contains("Cipher is (NONE)");
        assert!(refused, "{version}: {ended:?}");
    }
    let url = format!("https://localhost:{}/healthz", server.port);
    let curl = |more: &[&str]| {
        let mut command = Command::new("curl");
        command.args([
            "-sS",
            "--noproxy",
            "*",
            "-o",
            "-",
            "-w",
            "%{http_code} %{http_version}",
            &url,
        ]);
        run(command.args(more))
    };
    let trusting = curl(&["--cacert", files.certificate.to_str().unwrap()]);
    assert_eq!(trusting.out, "ok\n200 1.1", "{trusting:?}");
    let other = curl(&[]);
    assert_eq!(
        other.code, 60,
        "a certificate nobody vouches for: {other:?}"
    );
}

#[test]
fn a_certificate_is_renewed_while_the_server_runs() {
    let office = Office::new();
    let files = Files::of(&office);
    let (first, first_key) = pair(2100);
    let (second, second_key) = pair(2101);
    let (third, third_key) = pair(2102);
    files.write(&first, &first_key);
    let mut server = Server::start(&office, &files, &first);
    // A connection that is open keeps what it has.
    let refused = |server: &Server| {
        server
            .said()
            .matches("are refused, the old ones stay")
            .count()
    };

    for (number, (certificate, key, why)) in [
        (
            second.as_str(),
            first_key.as_str(),
            "gehören nicht zusammen",
        ),
        ("nonsense", second_key.as_str(), "kein Zertifikat"),
        (&pair(2021).0, second_key.as_str(), "abgelaufen"),
        (&second[..second.len() / 2], second_key.as_str(), "PEM"),
    ]
    .into_iter()
    .enumerate()
    {
        files.write(certificate, key);
        server.hang_up();
        server.until(|server| refused(server) > number);
        assert!(server.said().contains(why), "{why}: {}", server.said());
        assert!(server.shows(&first), "the old one stays: {why}");
    }
    files.write(&second, &second_key);
    files.allow(0o644);
    server.hang_up();
    server.until(|server| server.said().contains("644"));
    assert!(server.shows(&first));

    files.write(&second, &second_key);
    server.hang_up();
    server.until(|server| server.shows(&second));
    assert!(!server.shows(&first));
    // And without anybody saying so.
    files.write(&third, &third_key);
    server.until(|server| server.shows(&third));
}

#[test]
fn it_does_not_start_with_files_that_are_wrong() {
    let office = Office::new();
    let files = Files::of(&office);
    let (certificate, key) = pair(2100);
    let (_, other) = pair(2100);
    let refused = |parts: &[&str]| {
        let ended = run(&mut files.command(&office, 0));
        assert_eq!(ended.code, 2, "{ended:?}");
        for part in parts {
            assert!(ended.err.contains(part), "{part}: {ended:?}");
        }
    };
    refused(&["certificate.pem", "nicht lesbar"]);
    files.write(&certificate, &other);
    refused(&["certificate.pem", "key.pem", "gehören nicht zusammen"]);
    files.write(&certificate, &certificate);
    refused(&["key.pem", "kein privater Schlüssel"]);
    files.write(&key, &key);
    refused(&["certificate.pem", "kein Zertifikat"]);
    files.write(&pair(2021).0, &key);
    refused(&["certificate.pem", "abgelaufen"]);
    for mode in [0o644, 0o604, 0o660, 0o602] {
        files.write(&certificate, &key);
        files.allow(mode);
        refused(&["key.pem", &format!("{mode:o}"), "chmod 600"]);
    }
    assert!(
        !Path::new(&office.data()).join("log").exists(),
        "nothing was begun"
    );
}
