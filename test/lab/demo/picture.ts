/** What the demonstration builds; 80 columns at most. */
export const picture = `
  Twinlease: two boxes, one DHCPv6 service, with real clients on a network of
  its own: network namespaces on this machine, which touch nothing else here.

       laptop        home router                      branch office PC
     (dhclient)       (dhcpcd)                           (dhclient)
         |                |                                   |
    =====+===== lan1 =====+=====                   ======= branch =======
         |                |                                   |
     [ east ]---------[ west ]                           [ router ]
         |  management    |                               dhcrelay
         +------------- uplink -------------------------------+
`;
