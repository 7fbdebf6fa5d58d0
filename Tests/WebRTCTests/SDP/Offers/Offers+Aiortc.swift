// As the clients made them; line ends are LF here and CRLF in what tests read.

extension Offers {
    /// aiortc 1.16, sound and pictures.
    static let aiortcWHIP = crlf(
        """
        v=0
        o=- 4004654125 4004654125 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=msid-semantic:WMS *
        m=audio 37415 UDP/TLS/RTP/SAVPF 96 9 0 8
        c=IN IP4 192.0.2.2
        a=sendonly
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=mid:0
        a=msid:e297d488-ead4-452b-883a-e282727bca50 69adee36-8f6e-4cb4-9d49-edc9fe0256ba
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc:1114813794 cname:39bfa6dc-c954-4036-917d-bb3b2aaa5c73
        a=rtpmap:96 opus/48000/2
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=candidate:f957a2332b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 37415 typ host
        a=candidate:d0bcf3d9c29a2bc887618212a1623bfa 1 udp 2130706431 fd00::2 45001 typ host
        a=end-of-candidates
        a=ice-ufrag:M7qa
        a=ice-pwd:9CCjxoc6jPskJsJfmRGSd3
        a=fingerprint:sha-256 4C:1B:F9:1D:C2:A8:95:C2:11:B9:78:1F:23:FB:B5:25:49:14:36:54:62:F0:4E:8C:1D:89:51:E4:29:C1:B1:F0
        a=fingerprint:sha-384 58:F4:31:66:D5:EC:04:EC:4D:F0:D0:28:A5:62:13:CD:F8:EC:6B:D9:E6:BB:A1:FE:D3:1D:D2:E2:4F:72:FE:83:0D:6E:EA:8C:10:9E:A8:33:BB:BA:91:E0:3D:36:78:F3
        a=fingerprint:sha-512 66:5A:41:E4:BE:E6:04:B6:BD:BA:38:AE:E7:7A:BD:DE:69:E9:25:94:A4:EB:3C:D1:9C:B3:76:26:8F:CA:55:7E:E9:CA:5B:2E:48:58:AC:B3:80:1B:8F:E5:C0:EE:CC:A4:F5:B9:6D:96:F5:C3:06:C1:0C:61:79:B4:F3:C9:3B:0B
        a=setup:actpass
        m=video 58529 UDP/TLS/RTP/SAVPF 97 98 99 100 101 102
        c=IN IP4 192.0.2.2
        a=sendonly
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=mid:1
        a=msid:e297d488-ead4-452b-883a-e282727bca50 248a5255-57bf-41ae-b638-8ea4a3b6eedd
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc-group:FID 1520813744 3956923818
        a=ssrc:1520813744 cname:39bfa6dc-c954-4036-917d-bb3b2aaa5c73
        a=ssrc:3956923818 cname:39bfa6dc-c954-4036-917d-bb3b2aaa5c73
        a=rtpmap:97 VP8/90000
        a=rtcp-fb:97 nack
        a=rtcp-fb:97 nack pli
        a=rtcp-fb:97 goog-remb
        a=rtpmap:98 rtx/90000
        a=fmtp:98 apt=97
        a=rtpmap:99 H264/90000
        a=rtcp-fb:99 nack
        a=rtcp-fb:99 nack pli
        a=rtcp-fb:99 goog-remb
        a=fmtp:99 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
        a=rtpmap:100 rtx/90000
        a=fmtp:100 apt=99
        a=rtpmap:101 H264/90000
        a=rtcp-fb:101 nack
        a=rtcp-fb:101 nack pli
        a=rtcp-fb:101 goog-remb
        a=fmtp:101 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:102 rtx/90000
        a=fmtp:102 apt=101
        a=candidate:f957a2332b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 58529 typ host
        a=candidate:d0bcf3d9c29a2bc887618212a1623bfa 1 udp 2130706431 fd00::2 48435 typ host
        a=end-of-candidates
        a=ice-ufrag:M7qa
        a=ice-pwd:9CCjxoc6jPskJsJfmRGSd3
        a=fingerprint:sha-256 4C:1B:F9:1D:C2:A8:95:C2:11:B9:78:1F:23:FB:B5:25:49:14:36:54:62:F0:4E:8C:1D:89:51:E4:29:C1:B1:F0
        a=fingerprint:sha-384 58:F4:31:66:D5:EC:04:EC:4D:F0:D0:28:A5:62:13:CD:F8:EC:6B:D9:E6:BB:A1:FE:D3:1D:D2:E2:4F:72:FE:83:0D:6E:EA:8C:10:9E:A8:33:BB:BA:91:E0:3D:36:78:F3
        a=fingerprint:sha-512 66:5A:41:E4:BE:E6:04:B6:BD:BA:38:AE:E7:7A:BD:DE:69:E9:25:94:A4:EB:3C:D1:9C:B3:76:26:8F:CA:55:7E:E9:CA:5B:2E:48:58:AC:B3:80:1B:8F:E5:C0:EE:CC:A4:F5:B9:6D:96:F5:C3:06:C1:0C:61:79:B4:F3:C9:3B:0B
        a=setup:actpass
        """
    )

    /// aiortc 1.16, `recvonly` pictures and sound.
    static let aiortcWHEP = crlf(
        """
        v=0
        o=- 4004654125 4004654125 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=msid-semantic:WMS *
        m=video 57868 UDP/TLS/RTP/SAVPF 97 98 99 100 101 102
        c=IN IP4 192.0.2.2
        a=recvonly
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=mid:0
        a=msid:c0aac0d5-031b-4715-99c0-a0c86a1252d5 18af3167-2859-40cf-989e-008aeb7a9c80
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc-group:FID 1585200038 4197722608
        a=ssrc:1585200038 cname:22f86cce-2571-481d-859a-eef9a627f04b
        a=ssrc:4197722608 cname:22f86cce-2571-481d-859a-eef9a627f04b
        a=rtpmap:97 VP8/90000
        a=rtcp-fb:97 nack
        a=rtcp-fb:97 nack pli
        a=rtcp-fb:97 goog-remb
        a=rtpmap:98 rtx/90000
        a=fmtp:98 apt=97
        a=rtpmap:99 H264/90000
        a=rtcp-fb:99 nack
        a=rtcp-fb:99 nack pli
        a=rtcp-fb:99 goog-remb
        a=fmtp:99 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
        a=rtpmap:100 rtx/90000
        a=fmtp:100 apt=99
        a=rtpmap:101 H264/90000
        a=rtcp-fb:101 nack
        a=rtcp-fb:101 nack pli
        a=rtcp-fb:101 goog-remb
        a=fmtp:101 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:102 rtx/90000
        a=fmtp:102 apt=101
        a=candidate:f957a2332b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 57868 typ host
        a=candidate:d0bcf3d9c29a2bc887618212a1623bfa 1 udp 2130706431 fd00::2 34499 typ host
        a=end-of-candidates
        a=ice-ufrag:hlkh
        a=ice-pwd:NyaDFjKPaKNlxjQCc0vasf
        a=fingerprint:sha-256 12:AC:0B:F1:96:A7:30:B9:51:7D:F7:5C:B2:3B:37:9C:04:0E:78:D5:C6:6E:D0:86:89:90:39:0A:47:BD:74:64
        a=fingerprint:sha-384 41:FB:F5:02:39:D1:6C:8A:58:BC:0D:0F:0A:3D:2F:BB:48:E0:8E:21:FD:B9:89:53:D9:DF:50:3E:F1:EC:A6:CD:63:05:8D:FD:E5:ED:DA:88:42:81:80:49:EA:7F:D6:84
        a=fingerprint:sha-512 29:4D:48:16:ED:98:30:16:D7:D2:34:71:2B:96:61:D3:C8:D8:9D:94:3C:32:97:0E:52:A4:46:2D:0B:1B:F2:98:69:61:05:15:7B:74:14:A5:41:D8:99:52:10:AF:62:F5:6B:F7:15:7C:8C:F1:95:41:EB:7D:99:90:A1:41:7D:63
        a=setup:actpass
        m=audio 45900 UDP/TLS/RTP/SAVPF 96 9 0 8
        c=IN IP4 192.0.2.2
        a=recvonly
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=mid:1
        a=msid:c0aac0d5-031b-4715-99c0-a0c86a1252d5 acca82c5-e09e-4bc2-9020-5b92c2c7c6f0
        a=rtcp:9 IN IP4 0.0.0.0
        a=rtcp-mux
        a=ssrc:1539748742 cname:22f86cce-2571-481d-859a-eef9a627f04b
        a=rtpmap:96 opus/48000/2
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=candidate:f957a2332b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 45900 typ host
        a=candidate:d0bcf3d9c29a2bc887618212a1623bfa 1 udp 2130706431 fd00::2 49010 typ host
        a=end-of-candidates
        a=ice-ufrag:hlkh
        a=ice-pwd:NyaDFjKPaKNlxjQCc0vasf
        a=fingerprint:sha-256 12:AC:0B:F1:96:A7:30:B9:51:7D:F7:5C:B2:3B:37:9C:04:0E:78:D5:C6:6E:D0:86:89:90:39:0A:47:BD:74:64
        a=fingerprint:sha-384 41:FB:F5:02:39:D1:6C:8A:58:BC:0D:0F:0A:3D:2F:BB:48:E0:8E:21:FD:B9:89:53:D9:DF:50:3E:F1:EC:A6:CD:63:05:8D:FD:E5:ED:DA:88:42:81:80:49:EA:7F:D6:84
        a=fingerprint:sha-512 29:4D:48:16:ED:98:30:16:D7:D2:34:71:2B:96:61:D3:C8:D8:9D:94:3C:32:97:0E:52:A4:46:2D:0B:1B:F2:98:69:61:05:15:7B:74:14:A5:41:D8:99:52:10:AF:62:F5:6B:F7:15:7C:8C:F1:95:41:EB:7D:99:90:A1:41:7D:63
        a=setup:actpass
        """
    )
}
