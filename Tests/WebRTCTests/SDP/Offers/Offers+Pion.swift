// As the clients made them; line ends are LF here and CRLF in what tests read.

extension Offers {
    /// Pion 3, `sendonly` H.264 and Opus.
    static let pionWHIP = crlf(
        """
        v=0
        o=- 8722177073535729928 1795665442 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=fingerprint:sha-256 D5:40:57:98:7B:1E:81:4C:9F:F8:2D:53:34:97:EF:5E:2E:C9:4F:B8:4E:E1:1A:D3:6B:DD:C3:D4:07:2F:D3:08
        a=extmap-allow-mixed
        a=group:BUNDLE 0 1
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 102 121 127 120 125 107 108 109 123 118 116
        c=IN IP4 0.0.0.0
        a=setup:actpass
        a=mid:0
        a=ice-ufrag:GbTHvtHMkgtvOlFV
        a=ice-pwd:tkvPmLPsJgOdPAVupgATgvZYDvkpfzKM
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb 
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack 
        a=rtcp-fb:96 nack pli
        a=rtcp-fb:96 nack 
        a=rtcp-fb:96 nack pli
        a=rtcp-fb:96 transport-cc 
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=rtcp-fb:97 nack 
        a=rtcp-fb:97 nack pli
        a=rtcp-fb:97 transport-cc 
        a=rtpmap:98 VP9/90000
        a=fmtp:98 profile-id=0
        a=rtcp-fb:98 goog-remb 
        a=rtcp-fb:98 ccm fir
        a=rtcp-fb:98 nack 
        a=rtcp-fb:98 nack pli
        a=rtcp-fb:98 nack 
        a=rtcp-fb:98 nack pli
        a=rtcp-fb:98 transport-cc 
        a=rtpmap:99 rtx/90000
        a=fmtp:99 apt=98
        a=rtcp-fb:99 nack 
        a=rtcp-fb:99 nack pli
        a=rtcp-fb:99 transport-cc 
        a=rtpmap:100 VP9/90000
        a=fmtp:100 profile-id=1
        a=rtcp-fb:100 goog-remb 
        a=rtcp-fb:100 ccm fir
        a=rtcp-fb:100 nack 
        a=rtcp-fb:100 nack pli
        a=rtcp-fb:100 nack 
        a=rtcp-fb:100 nack pli
        a=rtcp-fb:100 transport-cc 
        a=rtpmap:101 rtx/90000
        a=fmtp:101 apt=100
        a=rtcp-fb:101 nack 
        a=rtcp-fb:101 nack pli
        a=rtcp-fb:101 transport-cc 
        a=rtpmap:102 H264/90000
        a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
        a=rtcp-fb:102 goog-remb 
        a=rtcp-fb:102 ccm fir
        a=rtcp-fb:102 nack 
        a=rtcp-fb:102 nack pli
        a=rtcp-fb:102 nack 
        a=rtcp-fb:102 nack pli
        a=rtcp-fb:102 transport-cc 
        a=rtpmap:121 rtx/90000
        a=fmtp:121 apt=102
        a=rtcp-fb:121 nack 
        a=rtcp-fb:121 nack pli
        a=rtcp-fb:121 transport-cc 
        a=rtpmap:127 H264/90000
        a=fmtp:127 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f
        a=rtcp-fb:127 goog-remb 
        a=rtcp-fb:127 ccm fir
        a=rtcp-fb:127 nack 
        a=rtcp-fb:127 nack pli
        a=rtcp-fb:127 nack 
        a=rtcp-fb:127 nack pli
        a=rtcp-fb:127 transport-cc 
        a=rtpmap:120 rtx/90000
        a=fmtp:120 apt=127
        a=rtcp-fb:120 nack 
        a=rtcp-fb:120 nack pli
        a=rtcp-fb:120 transport-cc 
        a=rtpmap:125 H264/90000
        a=fmtp:125 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtcp-fb:125 goog-remb 
        a=rtcp-fb:125 ccm fir
        a=rtcp-fb:125 nack 
        a=rtcp-fb:125 nack pli
        a=rtcp-fb:125 nack 
        a=rtcp-fb:125 nack pli
        a=rtcp-fb:125 transport-cc 
        a=rtpmap:107 rtx/90000
        a=fmtp:107 apt=125
        a=rtcp-fb:107 nack 
        a=rtcp-fb:107 nack pli
        a=rtcp-fb:107 transport-cc 
        a=rtpmap:108 H264/90000
        a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f
        a=rtcp-fb:108 goog-remb 
        a=rtcp-fb:108 ccm fir
        a=rtcp-fb:108 nack 
        a=rtcp-fb:108 nack pli
        a=rtcp-fb:108 nack 
        a=rtcp-fb:108 nack pli
        a=rtcp-fb:108 transport-cc 
        a=rtpmap:109 rtx/90000
        a=fmtp:109 apt=108
        a=rtcp-fb:109 nack 
        a=rtcp-fb:109 nack pli
        a=rtcp-fb:109 transport-cc 
        a=rtpmap:123 H264/90000
        a=fmtp:123 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640032
        a=rtcp-fb:123 goog-remb 
        a=rtcp-fb:123 ccm fir
        a=rtcp-fb:123 nack 
        a=rtcp-fb:123 nack pli
        a=rtcp-fb:123 nack 
        a=rtcp-fb:123 nack pli
        a=rtcp-fb:123 transport-cc 
        a=rtpmap:118 rtx/90000
        a=fmtp:118 apt=123
        a=rtcp-fb:118 nack 
        a=rtcp-fb:118 nack pli
        a=rtcp-fb:118 transport-cc 
        a=rtpmap:116 ulpfec/90000
        a=rtcp-fb:116 nack 
        a=rtcp-fb:116 nack pli
        a=rtcp-fb:116 transport-cc 
        a=extmap:1 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=ssrc:2781923400 cname:pion
        a=ssrc:2781923400 msid:pion video
        a=ssrc:2781923400 mslabel:pion
        a=ssrc:2781923400 label:video
        a=msid:pion video
        a=sendonly
        a=candidate:2070692838 1 udp 2130706431 192.0.2.2 46999 typ host
        a=candidate:2070692838 2 udp 2130706431 192.0.2.2 46999 typ host
        a=candidate:3932658255 1 udp 2130706431 fd00::2 33885 typ host
        a=candidate:3932658255 2 udp 2130706431 fd00::2 33885 typ host
        a=end-of-candidates
        m=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8
        c=IN IP4 0.0.0.0
        a=setup:actpass
        a=mid:1
        a=ice-ufrag:GbTHvtHMkgtvOlFV
        a=ice-pwd:tkvPmLPsJgOdPAVupgATgvZYDvkpfzKM
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtcp-fb:111 transport-cc 
        a=rtpmap:9 G722/8000
        a=rtcp-fb:9 transport-cc 
        a=rtpmap:0 PCMU/8000
        a=rtcp-fb:0 transport-cc 
        a=rtpmap:8 PCMA/8000
        a=rtcp-fb:8 transport-cc 
        a=extmap:1 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=ssrc:527799965 cname:pion
        a=ssrc:527799965 msid:pion audio
        a=ssrc:527799965 mslabel:pion
        a=ssrc:527799965 label:audio
        a=msid:pion audio
        a=sendonly
        """
    )
}
