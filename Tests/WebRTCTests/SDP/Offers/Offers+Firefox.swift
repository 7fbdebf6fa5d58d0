// As the clients made them; line ends are LF here and CRLF in what tests read.

extension Offers {
    /// Firefox ESR 153, `sendonly` camera and microphone, max-bundle.
    static let firefoxWHIP = crlf(
        """
        v=0
        o=mozilla...THIS_IS_SDPARTA-99.0 3050152908868679158 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=sendrecv
        a=fingerprint:sha-256 E9:47:C3:37:89:BD:E9:C4:43:98:36:C6:5E:80:C7:B2:45:A4:BC:76:7A:FE:38:65:0C:2B:F2:8E:04:5D:D8:ED
        a=group:BUNDLE 0 1
        a=ice-options:trickle
        a=msid-semantic:WMS *
        m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101
        c=IN IP4 0.0.0.0
        a=candidate:0 1 UDP 2122187007 0f7ea3ab-f7e7-45a1-9dfc-f1372dbd775c.local 42884 typ host
        a=candidate:1 1 UDP 2122252543 923bb0fd-5dbf-429a-9b81-60240f2b6105.local 38354 typ host
        a=candidate:2 1 TCP 2105458943 0f7ea3ab-f7e7-45a1-9dfc-f1372dbd775c.local 9 typ host tcptype active
        a=candidate:3 1 TCP 2105524479 923bb0fd-5dbf-429a-9b81-60240f2b6105.local 9 typ host tcptype active
        a=candidate:0 2 UDP 2122187006 0f7ea3ab-f7e7-45a1-9dfc-f1372dbd775c.local 48274 typ host
        a=candidate:1 2 UDP 2122252542 923bb0fd-5dbf-429a-9b81-60240f2b6105.local 55913 typ host
        a=candidate:2 2 TCP 2105458942 0f7ea3ab-f7e7-45a1-9dfc-f1372dbd775c.local 9 typ host tcptype active
        a=candidate:3 2 TCP 2105524478 923bb0fd-5dbf-429a-9b81-60240f2b6105.local 9 typ host tcptype active
        a=sendonly
        a=end-of-candidates
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level
        a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap-allow-mixed
        a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
        a=fmtp:101 0-15
        a=ice-pwd:2cfcc711c9f70008c767e64d3f5396e5
        a=ice-ufrag:c1e60b29
        a=mid:0
        a=msid:{edee87af-4e57-453b-b8d9-519d6f06c4d1} {59c79d57-7aa6-4cac-a773-41d282f3c44c}
        a=rtcp:48274 IN IP4 0f7ea3ab-f7e7-45a1-9dfc-f1372dbd775c.local
        a=rtcp-fb:109 transport-cc
        a=rtcp-fb:9 transport-cc
        a=rtcp-fb:0 transport-cc
        a=rtcp-fb:8 transport-cc
        a=rtcp-mux
        a=rtpmap:109 opus/48000/2
        a=rtpmap:9 G722/8000/1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=setup:actpass
        a=ssrc:3838181115 cname:{51dbe545-3856-47cb-88d7-2f09052700c4}
        m=video 0 UDP/TLS/RTP/SAVPF 120 124 121 125 99 100 123 122 119
        c=IN IP4 0.0.0.0
        a=bundle-only
        a=sendonly
        a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:5 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:6/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap-allow-mixed
        a=fmtp:120 max-fs=12288;max-fr=60
        a=fmtp:124 apt=120
        a=fmtp:121 max-fs=12288;max-fr=60
        a=fmtp:125 apt=121
        a=fmtp:100 apt=99
        a=fmtp:119 apt=122
        a=ice-pwd:2cfcc711c9f70008c767e64d3f5396e5
        a=ice-ufrag:c1e60b29
        a=mid:1
        a=msid:{edee87af-4e57-453b-b8d9-519d6f06c4d1} {48df2602-82d4-40f6-b345-4f684028c2b4}
        a=rtcp-fb:120 nack
        a=rtcp-fb:120 nack pli
        a=rtcp-fb:120 ccm fir
        a=rtcp-fb:120 goog-remb
        a=rtcp-fb:120 transport-cc
        a=rtcp-fb:121 nack
        a=rtcp-fb:121 nack pli
        a=rtcp-fb:121 ccm fir
        a=rtcp-fb:121 goog-remb
        a=rtcp-fb:121 transport-cc
        a=rtcp-fb:99 nack
        a=rtcp-fb:99 nack pli
        a=rtcp-fb:99 ccm fir
        a=rtcp-fb:99 goog-remb
        a=rtcp-fb:99 transport-cc
        a=rtcp-fb:123 nack
        a=rtcp-fb:123 nack pli
        a=rtcp-fb:123 ccm fir
        a=rtcp-fb:123 goog-remb
        a=rtcp-fb:123 transport-cc
        a=rtcp-fb:122 nack
        a=rtcp-fb:122 nack pli
        a=rtcp-fb:122 ccm fir
        a=rtcp-fb:122 goog-remb
        a=rtcp-fb:122 transport-cc
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:120 VP8/90000
        a=rtpmap:124 rtx/90000
        a=rtpmap:121 VP9/90000
        a=rtpmap:125 rtx/90000
        a=rtpmap:99 AV1/90000
        a=rtpmap:100 rtx/90000
        a=rtpmap:123 ulpfec/90000
        a=rtpmap:122 red/90000
        a=rtpmap:119 rtx/90000
        a=setup:actpass
        a=ssrc:2445382747 cname:{51dbe545-3856-47cb-88d7-2f09052700c4}
        a=ssrc:1973008911 cname:{51dbe545-3856-47cb-88d7-2f09052700c4}
        a=ssrc-group:FID 2445382747 1973008911
        """
    )

    /// Firefox ESR 153, `recvonly` pictures and sound.
    static let firefoxWHEP = crlf(
        """
        v=0
        o=mozilla...THIS_IS_SDPARTA-99.0 5579585004880456620 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=sendrecv
        a=fingerprint:sha-256 FA:BC:E7:C6:B3:15:19:D3:26:8C:AC:20:B6:25:82:DB:5D:A2:17:19:55:7F:9E:59:F5:FD:DC:D7:AC:21:14:BA
        a=group:BUNDLE 0 1
        a=ice-options:trickle
        a=msid-semantic:WMS *
        m=video 9 UDP/TLS/RTP/SAVPF 120 124 121 125 99 100 123 122 119
        c=IN IP4 0.0.0.0
        a=recvonly
        a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:5 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:6/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap-allow-mixed
        a=fmtp:120 max-fs=12288;max-fr=60
        a=fmtp:124 apt=120
        a=fmtp:121 max-fs=12288;max-fr=60
        a=fmtp:125 apt=121
        a=fmtp:100 apt=99
        a=fmtp:119 apt=122
        a=ice-pwd:af2d3615c1fdbc25bb21b12cad068185
        a=ice-ufrag:5203d199
        a=mid:0
        a=rtcp-fb:120 nack
        a=rtcp-fb:120 nack pli
        a=rtcp-fb:120 ccm fir
        a=rtcp-fb:120 goog-remb
        a=rtcp-fb:120 transport-cc
        a=rtcp-fb:121 nack
        a=rtcp-fb:121 nack pli
        a=rtcp-fb:121 ccm fir
        a=rtcp-fb:121 goog-remb
        a=rtcp-fb:121 transport-cc
        a=rtcp-fb:99 nack
        a=rtcp-fb:99 nack pli
        a=rtcp-fb:99 ccm fir
        a=rtcp-fb:99 goog-remb
        a=rtcp-fb:99 transport-cc
        a=rtcp-fb:123 nack
        a=rtcp-fb:123 nack pli
        a=rtcp-fb:123 ccm fir
        a=rtcp-fb:123 goog-remb
        a=rtcp-fb:123 transport-cc
        a=rtcp-fb:122 nack
        a=rtcp-fb:122 nack pli
        a=rtcp-fb:122 ccm fir
        a=rtcp-fb:122 goog-remb
        a=rtcp-fb:122 transport-cc
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:120 VP8/90000
        a=rtpmap:124 rtx/90000
        a=rtpmap:121 VP9/90000
        a=rtpmap:125 rtx/90000
        a=rtpmap:99 AV1/90000
        a=rtpmap:100 rtx/90000
        a=rtpmap:123 ulpfec/90000
        a=rtpmap:122 red/90000
        a=rtpmap:119 rtx/90000
        a=setup:actpass
        a=ssrc:640178299 cname:{a3c156cc-376b-417f-adaf-dd62d25c0c39}
        m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101
        c=IN IP4 0.0.0.0
        a=recvonly
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level
        a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap-allow-mixed
        a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
        a=fmtp:101 0-15
        a=ice-pwd:af2d3615c1fdbc25bb21b12cad068185
        a=ice-ufrag:5203d199
        a=mid:1
        a=rtcp-fb:109 transport-cc
        a=rtcp-fb:9 transport-cc
        a=rtcp-fb:0 transport-cc
        a=rtcp-fb:8 transport-cc
        a=rtcp-mux
        a=rtpmap:109 opus/48000/2
        a=rtpmap:9 G722/8000/1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=setup:actpass
        a=ssrc:140800201 cname:{a3c156cc-376b-417f-adaf-dd62d25c0c39}
        """
    )

    /// Firefox ESR 153, a data channel alone.
    static let firefoxDataChannel = crlf(
        """
        v=0
        o=mozilla...THIS_IS_SDPARTA-99.0 8046502234525437465 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=sendrecv
        a=fingerprint:sha-256 47:92:43:74:34:47:6B:15:22:B3:28:80:12:ED:29:FB:52:F7:2F:F2:64:8D:8A:35:D4:07:31:3C:7F:D2:89:25
        a=group:BUNDLE 0
        a=ice-options:trickle
        a=msid-semantic:WMS *
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=sendrecv
        a=ice-pwd:bdac46dae7ae1eac47e7aee8d97f3c9e
        a=ice-ufrag:6beedd1d
        a=mid:0
        a=setup:actpass
        a=sctp-port:5000
        a=max-message-size:1073741823
        """
    )
}
