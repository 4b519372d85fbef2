/** The options without options inside, each made in the file of its shape. */
import * as addresses from './addresses.ts';
import * as boot from './boot.ts';
import type { OptionCodec } from './codec.ts';
import * as dnr from './dnr.ts';
import * as integers from './integers.ts';
import * as names from './names.ts';
import * as ntp from './ntp.ts';
import * as opaque from './opaque.ts';
import * as radius from './radius.ts';
import * as relaySupplied from './relay-supplied.ts';
import * as softwire from './softwire.ts';
import * as vendor from './vendor.ts';

export const leafOptions: readonly OptionCodec<unknown>[] = [
  opaque.clientIdentifier,
  opaque.serverIdentifier,
  integers.optionRequest,
  integers.preference,
  integers.elapsedTime,
  opaque.relayMessage,
  opaque.authentication,
  addresses.serverUnicast,
  names.statusCode,
  opaque.rapidCommit,
  vendor.userClass,
  vendor.vendorClass,
  vendor.vendorOptions,
  opaque.interfaceId,
  integers.reconfigureMessage,
  opaque.reconfigureAccept,
  addresses.dnsServers,
  names.domainSearchList,
  addresses.sntpServers,
  integers.informationRefreshTime,
  opaque.remoteId,
  opaque.subscriberId,
  names.clientFqdn,
  integers.echoRequest,
  ntp.ntpServer,
  opaque.prefixExclude,
  opaque.clientLinkLayerAddress,
  integers.solMaxRt,
  integers.infMaxRt,
  integers.relayPort,
  names.sipServerNames,
  addresses.sipServers,
  names.posixTimezone,
  names.tzdbTimezone,
  boot.bootFileUrl,
  boot.bootFileParameters,
  boot.clientArchitectures,
  names.aftrName,
  relaySupplied.relaySuppliedOptions,
  softwire.mapE,
  softwire.mapT,
  softwire.lightweight4over6,
  softwire.priority,
  names.captivePortal,
  dnr.encryptedDns,
  opaque.addressRegistration,
  radius.radiusAttributes,
];
