// As the clients made them; line ends are LF here and CRLF in what tests read.

extension Offers {
    /// Chromium 156, playing the stock page: its answer to our offer of tracks.
    static let chromiumPageAnswer = crlf(
        """
        v=0
        o=- 1994465278973588651 3 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2
        a=msid-semantic: WMS
        m=application 41346 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 192.0.2.2
        a=candidate:3809867631 1 udp 2122194687 192.0.2.2 41346 typ host generation 0 network-id 1
        a=candidate:3831995359 1 udp 2122265343 fd00::2 34718 typ host generation 0 network-id 2
        a=candidate:2648315383 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0 network-id 1
        a=candidate:2594732359 1 tcp 1518285567 fd00::2 9 typ host tcptype active generation 0 network-id 2
        a=ice-ufrag:rbj0
        a=ice-pwd:Lwo9ugNFMt2yG53TbhdTXsyo
        a=ice-options:trickle
        a=fingerprint:sha-256 6B:5A:BA:48:6E:53:CA:33:EE:BD:61:CA:A0:27:15:94:CA:1B:F0:24:52:36:F6:EC:0E:08:E5:89:D9:D8:EF:6A
        a=setup:active
        a=mid:0
        a=sctp-port:5000
        a=max-message-size:262144
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 108 109 45 46
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:rbj0
        a=ice-pwd:Lwo9ugNFMt2yG53TbhdTXsyo
        a=ice-options:trickle
        a=fingerprint:sha-256 6B:5A:BA:48:6E:53:CA:33:EE:BD:61:CA:A0:27:15:94:CA:1B:F0:24:52:36:F6:EC:0E:08:E5:89:D9:D8:EF:6A
        a=setup:active
        a=mid:1
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:13 urn:3gpp:video-orientation
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:9 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time
        a=recvonly
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=rtpmap:98 VP9/90000
        a=rtcp-fb:98 goog-remb
        a=rtcp-fb:98 transport-cc
        a=rtcp-fb:98 ccm fir
        a=rtcp-fb:98 nack
        a=rtcp-fb:98 nack pli
        a=fmtp:98 profile-id=0
        a=rtpmap:99 rtx/90000
        a=fmtp:99 apt=98
        a=rtpmap:108 H264/90000
        a=rtcp-fb:108 goog-remb
        a=rtcp-fb:108 transport-cc
        a=rtcp-fb:108 ccm fir
        a=rtcp-fb:108 nack
        a=rtcp-fb:108 nack pli
        a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:109 rtx/90000
        a=fmtp:109 apt=108
        a=rtpmap:45 AV1/90000
        a=rtcp-fb:45 goog-remb
        a=rtcp-fb:45 transport-cc
        a=rtcp-fb:45 ccm fir
        a=rtcp-fb:45 nack
        a=rtcp-fb:45 nack pli
        a=fmtp:45 level-idx=5;profile=0;tier=0
        a=rtpmap:46 rtx/90000
        a=fmtp:46 apt=45
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:rbj0
        a=ice-pwd:Lwo9ugNFMt2yG53TbhdTXsyo
        a=ice-options:trickle
        a=fingerprint:sha-256 6B:5A:BA:48:6E:53:CA:33:EE:BD:61:CA:A0:27:15:94:CA:1B:F0:24:52:36:F6:EC:0E:08:E5:89:D9:D8:EF:6A
        a=setup:active
        a=mid:2
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:9 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time
        a=recvonly
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        """
    )

    /// Firefox ESR 153, playing the stock page: its answer to our offer of tracks.
    static let firefoxPageAnswer = crlf(
        """
        v=0
        o=mozilla...THIS_IS_SDPARTA-99.0 5076553469650807469 1 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=sendrecv
        a=fingerprint:sha-256 27:66:1F:D2:35:CD:B2:4B:DF:C1:FA:85:62:3D:3D:27:A4:B1:08:E2:27:1D:49:B6:1F:05:0F:47:CE:72:2D:05
        a=group:BUNDLE 0 1 2
        a=ice-options:trickle
        a=msid-semantic:WMS *
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=candidate:0 1 UDP 2122187007 3c9fa6d3-4494-439f-8ad2-d81ea7c65f4c.local 46939 typ host
        a=candidate:1 1 UDP 2122252543 af8a143b-9a11-40c3-808b-2adfa6c74d7c.local 37792 typ host
        a=candidate:2 1 TCP 2105458943 3c9fa6d3-4494-439f-8ad2-d81ea7c65f4c.local 9 typ host tcptype active
        a=candidate:3 1 TCP 2105524479 af8a143b-9a11-40c3-808b-2adfa6c74d7c.local 9 typ host tcptype active
        a=sendrecv
        a=end-of-candidates
        a=ice-pwd:52524fd242586dec87d6b8dc0f2695f9
        a=ice-ufrag:c4636e62
        a=mid:0
        a=setup:active
        a=sctp-port:5000
        a=max-message-size:1073741823
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 45 46
        c=IN IP4 0.0.0.0
        a=recvonly
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:5/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=fmtp:96 max-fs=12288;max-fr=60
        a=fmtp:97 apt=96
        a=fmtp:98 max-fs=12288;max-fr=60
        a=fmtp:99 apt=98
        a=fmtp:46 apt=45
        a=ice-pwd:52524fd242586dec87d6b8dc0f2695f9
        a=ice-ufrag:c4636e62
        a=mid:1
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:98 nack
        a=rtcp-fb:98 nack pli
        a=rtcp-fb:98 ccm fir
        a=rtcp-fb:98 goog-remb
        a=rtcp-fb:98 transport-cc
        a=rtcp-fb:45 nack
        a=rtcp-fb:45 nack pli
        a=rtcp-fb:45 ccm fir
        a=rtcp-fb:45 goog-remb
        a=rtcp-fb:45 transport-cc
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:96 VP8/90000
        a=rtpmap:97 rtx/90000
        a=rtpmap:98 VP9/90000
        a=rtpmap:99 rtx/90000
        a=rtpmap:45 AV1/90000
        a=rtpmap:46 rtx/90000
        a=setup:active
        a=ssrc:2914583187 cname:{f8acb50c-cb87-46d1-bd41-27b6ed5d575a}
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=recvonly
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=fmtp:111 maxplaybackrate=48000;stereo=1;useinbandfec=1
        a=ice-pwd:52524fd242586dec87d6b8dc0f2695f9
        a=ice-ufrag:c4636e62
        a=mid:2
        a=rtcp-fb:111 transport-cc
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=setup:active
        a=ssrc:3561939128 cname:{f8acb50c-cb87-46d1-bd41-27b6ed5d575a}
        """
    )

    /// Chromium 156, its answer to our offer of a data channel.
    static let chromiumDataChannelAnswer = crlf(
        """
        v=0
        o=- 8112423202278771150 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        a=msid-semantic: WMS
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=ice-ufrag:GT9w
        a=ice-pwd:uYM56SVgsTYOC+heShBknpD7
        a=ice-options:trickle
        a=fingerprint:sha-256 44:2E:50:4E:70:9A:72:BF:A7:D1:D4:58:66:50:35:7E:F4:3F:D6:C7:E7:73:30:F1:E7:48:1F:6E:3F:7D:45:F9
        a=setup:active
        a=mid:0
        a=sctp-port:5000
        a=max-message-size:262144
        """
    )
}
