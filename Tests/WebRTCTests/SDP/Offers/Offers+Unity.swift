// Composed after libwebrtc M116 as Unity builds it: names of encoders in fmtp, Opus as 96, tracks without a stream.

extension Offers {
    /// A desktop that streams pictures and sound, asked by an offer without sections.
    static let unityDesktop = crlf(
        """
        v=0
        o=- 2286656125334533748 3 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        m=video 9 UDP/TLS/RTP/SAVPF 127 120 125 119 124 118 123 117 122 116 39 40 115 114 121
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:EsYT
        a=ice-pwd:xsgMjdFxr2we8byFqO3dYGkY
        a=ice-options:trickle
        a=fingerprint:sha-256 39:61:9B:4C:77:EA:0E:3F:9E:D4:62:B0:FD:34:6B:DC:E9:E4:7F:94:BD:F9:53:E5:4D:3C:84:8C:4B:CF:26:1C
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 urn:3gpp:video-orientation
        a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
        a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
        a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
        a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
        a=sendonly
        a=msid:- 57c3c1f1-9b0c-4f8e-8f43-5a1f3e1b7a52
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:127 VP8/90000
        a=rtcp-fb:127 goog-remb
        a=rtcp-fb:127 transport-cc
        a=rtcp-fb:127 ccm fir
        a=rtcp-fb:127 nack
        a=rtcp-fb:127 nack pli
        a=fmtp:127 implementation_name=Internal
        a=rtpmap:120 rtx/90000
        a=fmtp:120 apt=127
        a=rtpmap:125 VP9/90000
        a=rtcp-fb:125 goog-remb
        a=rtcp-fb:125 transport-cc
        a=rtcp-fb:125 ccm fir
        a=rtcp-fb:125 nack
        a=rtcp-fb:125 nack pli
        a=fmtp:125 implementation_name=Internal;profile-id=0
        a=rtpmap:119 rtx/90000
        a=fmtp:119 apt=125
        a=rtpmap:124 VP9/90000
        a=rtcp-fb:124 goog-remb
        a=rtcp-fb:124 transport-cc
        a=rtcp-fb:124 ccm fir
        a=rtcp-fb:124 nack
        a=rtcp-fb:124 nack pli
        a=fmtp:124 implementation_name=Internal;profile-id=2
        a=rtpmap:118 rtx/90000
        a=fmtp:118 apt=124
        a=rtpmap:123 H264/90000
        a=rtcp-fb:123 goog-remb
        a=rtcp-fb:123 transport-cc
        a=rtcp-fb:123 ccm fir
        a=rtcp-fb:123 nack
        a=rtcp-fb:123 nack pli
        a=fmtp:123 implementation_name=VideoToolbox;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f
        a=rtpmap:117 rtx/90000
        a=fmtp:117 apt=123
        a=rtpmap:122 H264/90000
        a=rtcp-fb:122 goog-remb
        a=rtcp-fb:122 transport-cc
        a=rtcp-fb:122 ccm fir
        a=rtcp-fb:122 nack
        a=rtcp-fb:122 nack pli
        a=fmtp:122 implementation_name=VideoToolbox;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:116 rtx/90000
        a=fmtp:116 apt=122
        a=rtpmap:39 AV1/90000
        a=rtcp-fb:39 goog-remb
        a=rtcp-fb:39 transport-cc
        a=rtcp-fb:39 ccm fir
        a=rtcp-fb:39 nack
        a=rtcp-fb:39 nack pli
        a=fmtp:39 implementation_name=Internal
        a=rtpmap:40 rtx/90000
        a=fmtp:40 apt=39
        a=rtpmap:115 red/90000
        a=rtpmap:114 rtx/90000
        a=fmtp:114 apt=115
        a=rtpmap:121 ulpfec/90000
        a=ssrc-group:FID 3053104717 1711806385
        a=ssrc:3053104717 cname:kX0xWm2bQ9dE7rTu
        a=ssrc:3053104717 msid:- 57c3c1f1-9b0c-4f8e-8f43-5a1f3e1b7a52
        a=ssrc:1711806385 cname:kX0xWm2bQ9dE7rTu
        a=ssrc:1711806385 msid:- 57c3c1f1-9b0c-4f8e-8f43-5a1f3e1b7a52
        m=audio 9 UDP/TLS/RTP/SAVPF 96 97 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:EsYT
        a=ice-pwd:xsgMjdFxr2we8byFqO3dYGkY
        a=ice-options:trickle
        a=fingerprint:sha-256 39:61:9B:4C:77:EA:0E:3F:9E:D4:62:B0:FD:34:6B:DC:E9:E4:7F:94:BD:F9:53:E5:4D:3C:84:8C:4B:CF:26:1C
        a=setup:actpass
        a=mid:1
        a=extmap:14 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendonly
        a=msid:- 0c7f5a8e-3f5e-4b0e-9d57-6c1c1d0f2b11
        a=rtcp-mux
        a=rtpmap:96 opus/48000/2
        a=rtcp-fb:96 transport-cc
        a=fmtp:96 minptime=10;sprop-stereo=1;stereo=1;useinbandfec=1
        a=rtpmap:97 red/48000/2
        a=fmtp:97 96/96
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:2228447093 cname:kX0xWm2bQ9dE7rTu
        a=ssrc:2228447093 msid:- 0c7f5a8e-3f5e-4b0e-9d57-6c1c1d0f2b11
        """
    )

    /// A headset, asked by an offer without sections.
    static let unityQuest = crlf(
        """
        v=0
        o=- 2286656125334533748 3 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        m=video 9 UDP/TLS/RTP/SAVPF 127 120 125 119 124 118 123 117 39 40 115 114 121
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:EsYT
        a=ice-pwd:xsgMjdFxr2we8byFqO3dYGkY
        a=ice-options:trickle
        a=fingerprint:sha-256 39:61:9B:4C:77:EA:0E:3F:9E:D4:62:B0:FD:34:6B:DC:E9:E4:7F:94:BD:F9:53:E5:4D:3C:84:8C:4B:CF:26:1C
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 urn:3gpp:video-orientation
        a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
        a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
        a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
        a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
        a=sendonly
        a=msid:- 57c3c1f1-9b0c-4f8e-8f43-5a1f3e1b7a52
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:127 VP8/90000
        a=rtcp-fb:127 goog-remb
        a=rtcp-fb:127 transport-cc
        a=rtcp-fb:127 ccm fir
        a=rtcp-fb:127 nack
        a=rtcp-fb:127 nack pli
        a=fmtp:127 implementation_name=Internal
        a=rtpmap:120 rtx/90000
        a=fmtp:120 apt=127
        a=rtpmap:125 VP9/90000
        a=rtcp-fb:125 goog-remb
        a=rtcp-fb:125 transport-cc
        a=rtcp-fb:125 ccm fir
        a=rtcp-fb:125 nack
        a=rtcp-fb:125 nack pli
        a=fmtp:125 implementation_name=Internal;profile-id=0
        a=rtpmap:119 rtx/90000
        a=fmtp:119 apt=125
        a=rtpmap:124 VP9/90000
        a=rtcp-fb:124 goog-remb
        a=rtcp-fb:124 transport-cc
        a=rtcp-fb:124 ccm fir
        a=rtcp-fb:124 nack
        a=rtcp-fb:124 nack pli
        a=fmtp:124 implementation_name=Internal;profile-id=2
        a=rtpmap:118 rtx/90000
        a=fmtp:118 apt=124
        a=rtpmap:123 H264/90000
        a=rtcp-fb:123 goog-remb
        a=rtcp-fb:123 transport-cc
        a=rtcp-fb:123 ccm fir
        a=rtcp-fb:123 nack
        a=rtcp-fb:123 nack pli
        a=fmtp:123 implementation_name=MediaCodec;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:117 rtx/90000
        a=fmtp:117 apt=123
        a=rtpmap:39 AV1/90000
        a=rtcp-fb:39 goog-remb
        a=rtcp-fb:39 transport-cc
        a=rtcp-fb:39 ccm fir
        a=rtcp-fb:39 nack
        a=rtcp-fb:39 nack pli
        a=fmtp:39 implementation_name=Internal
        a=rtpmap:40 rtx/90000
        a=fmtp:40 apt=39
        a=rtpmap:115 red/90000
        a=rtpmap:114 rtx/90000
        a=fmtp:114 apt=115
        a=rtpmap:121 ulpfec/90000
        a=ssrc-group:FID 3053104717 1711806385
        a=ssrc:3053104717 cname:kX0xWm2bQ9dE7rTu
        a=ssrc:3053104717 msid:- 57c3c1f1-9b0c-4f8e-8f43-5a1f3e1b7a52
        a=ssrc:1711806385 cname:kX0xWm2bQ9dE7rTu
        a=ssrc:1711806385 msid:- 57c3c1f1-9b0c-4f8e-8f43-5a1f3e1b7a52
        m=audio 9 UDP/TLS/RTP/SAVPF 96 97 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:EsYT
        a=ice-pwd:xsgMjdFxr2we8byFqO3dYGkY
        a=ice-options:trickle
        a=fingerprint:sha-256 39:61:9B:4C:77:EA:0E:3F:9E:D4:62:B0:FD:34:6B:DC:E9:E4:7F:94:BD:F9:53:E5:4D:3C:84:8C:4B:CF:26:1C
        a=setup:actpass
        a=mid:1
        a=extmap:14 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendonly
        a=msid:- 0c7f5a8e-3f5e-4b0e-9d57-6c1c1d0f2b11
        a=rtcp-mux
        a=rtpmap:96 opus/48000/2
        a=rtcp-fb:96 transport-cc
        a=fmtp:96 minptime=10;sprop-stereo=1;stereo=1;useinbandfec=1
        a=rtpmap:97 red/48000/2
        a=fmtp:97 96/96
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:2228447093 cname:kX0xWm2bQ9dE7rTu
        a=ssrc:2228447093 msid:- 0c7f5a8e-3f5e-4b0e-9d57-6c1c1d0f2b11
        """
    )

    /// A desktop, asked by an offer of a data channel.
    static let unityWithDataChannel = crlf(
        """
        v=0
        o=- 2286656125334533748 3 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=ice-ufrag:EsYT
        a=ice-pwd:xsgMjdFxr2we8byFqO3dYGkY
        a=ice-options:trickle
        a=fingerprint:sha-256 39:61:9B:4C:77:EA:0E:3F:9E:D4:62:B0:FD:34:6B:DC:E9:E4:7F:94:BD:F9:53:E5:4D:3C:84:8C:4B:CF:26:1C
        a=setup:actpass
        a=mid:0
        a=sctp-port:5000
        a=max-message-size:262144
        m=video 9 UDP/TLS/RTP/SAVPF 127 120 125 119 124 118 123 117 122 116 39 40 115 114 121
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:EsYT
        a=ice-pwd:xsgMjdFxr2we8byFqO3dYGkY
        a=ice-options:trickle
        a=fingerprint:sha-256 39:61:9B:4C:77:EA:0E:3F:9E:D4:62:B0:FD:34:6B:DC:E9:E4:7F:94:BD:F9:53:E5:4D:3C:84:8C:4B:CF:26:1C
        a=setup:actpass
        a=mid:1
        a=extmap:1 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 urn:3gpp:video-orientation
        a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type
        a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing
        a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space
        a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
        a=sendonly
        a=msid:- 57c3c1f1-9b0c-4f8e-8f43-5a1f3e1b7a52
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:127 VP8/90000
        a=rtcp-fb:127 goog-remb
        a=rtcp-fb:127 transport-cc
        a=rtcp-fb:127 ccm fir
        a=rtcp-fb:127 nack
        a=rtcp-fb:127 nack pli
        a=fmtp:127 implementation_name=Internal
        a=rtpmap:120 rtx/90000
        a=fmtp:120 apt=127
        a=rtpmap:125 VP9/90000
        a=rtcp-fb:125 goog-remb
        a=rtcp-fb:125 transport-cc
        a=rtcp-fb:125 ccm fir
        a=rtcp-fb:125 nack
        a=rtcp-fb:125 nack pli
        a=fmtp:125 implementation_name=Internal;profile-id=0
        a=rtpmap:119 rtx/90000
        a=fmtp:119 apt=125
        a=rtpmap:124 VP9/90000
        a=rtcp-fb:124 goog-remb
        a=rtcp-fb:124 transport-cc
        a=rtcp-fb:124 ccm fir
        a=rtcp-fb:124 nack
        a=rtcp-fb:124 nack pli
        a=fmtp:124 implementation_name=Internal;profile-id=2
        a=rtpmap:118 rtx/90000
        a=fmtp:118 apt=124
        a=rtpmap:123 H264/90000
        a=rtcp-fb:123 goog-remb
        a=rtcp-fb:123 transport-cc
        a=rtcp-fb:123 ccm fir
        a=rtcp-fb:123 nack
        a=rtcp-fb:123 nack pli
        a=fmtp:123 implementation_name=VideoToolbox;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f
        a=rtpmap:117 rtx/90000
        a=fmtp:117 apt=123
        a=rtpmap:122 H264/90000
        a=rtcp-fb:122 goog-remb
        a=rtcp-fb:122 transport-cc
        a=rtcp-fb:122 ccm fir
        a=rtcp-fb:122 nack
        a=rtcp-fb:122 nack pli
        a=fmtp:122 implementation_name=VideoToolbox;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:116 rtx/90000
        a=fmtp:116 apt=122
        a=rtpmap:39 AV1/90000
        a=rtcp-fb:39 goog-remb
        a=rtcp-fb:39 transport-cc
        a=rtcp-fb:39 ccm fir
        a=rtcp-fb:39 nack
        a=rtcp-fb:39 nack pli
        a=fmtp:39 implementation_name=Internal
        a=rtpmap:40 rtx/90000
        a=fmtp:40 apt=39
        a=rtpmap:115 red/90000
        a=rtpmap:114 rtx/90000
        a=fmtp:114 apt=115
        a=rtpmap:121 ulpfec/90000
        a=ssrc-group:FID 3053104717 1711806385
        a=ssrc:3053104717 cname:kX0xWm2bQ9dE7rTu
        a=ssrc:3053104717 msid:- 57c3c1f1-9b0c-4f8e-8f43-5a1f3e1b7a52
        a=ssrc:1711806385 cname:kX0xWm2bQ9dE7rTu
        a=ssrc:1711806385 msid:- 57c3c1f1-9b0c-4f8e-8f43-5a1f3e1b7a52
        m=audio 9 UDP/TLS/RTP/SAVPF 96 97 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:EsYT
        a=ice-pwd:xsgMjdFxr2we8byFqO3dYGkY
        a=ice-options:trickle
        a=fingerprint:sha-256 39:61:9B:4C:77:EA:0E:3F:9E:D4:62:B0:FD:34:6B:DC:E9:E4:7F:94:BD:F9:53:E5:4D:3C:84:8C:4B:CF:26:1C
        a=setup:actpass
        a=mid:2
        a=extmap:14 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendonly
        a=msid:- 0c7f5a8e-3f5e-4b0e-9d57-6c1c1d0f2b11
        a=rtcp-mux
        a=rtpmap:96 opus/48000/2
        a=rtcp-fb:96 transport-cc
        a=fmtp:96 minptime=10;sprop-stereo=1;stereo=1;useinbandfec=1
        a=rtpmap:97 red/48000/2
        a=fmtp:97 96/96
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:2228447093 cname:kX0xWm2bQ9dE7rTu
        a=ssrc:2228447093 msid:- 0c7f5a8e-3f5e-4b0e-9d57-6c1c1d0f2b11
        """
    )
}
