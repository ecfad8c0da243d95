"""UDM and AUSF: subscribers, 5G-AKA with a real USIM, subscription data, contexts."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import Response
from pydantic import ValidationError

from nfs.ausf.app import Ausf
from nfs.ausf.config import AusfConfig
from nfs.common.identities import Plmn
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.sbi.problem import SbiProblem
from nfs.nrf.app import Nrf
from nfs.nrf.config import NrfConfig
from nfs.protocols.crypto import kdf
from nfs.protocols.crypto.home_network_key import HomeNetworkKey
from nfs.protocols.crypto.milenage import Milenage
from nfs.protocols.crypto.suci import conceal
from nfs.protocols.eap import packet
from nfs.protocols.eap.peer import Accepted, OutOfSynch, Reply, respond
from nfs.udm.app import Udm
from nfs.udm.config import UdmConfig
from nfs.udm.subscribers import SubscribersError, load

K = bytes.fromhex("465B5CE8B199B49FAA5F0A2EE238A6BC")
OPC = bytes.fromhex("E8ED289DEBA952E4283B54E88E6183CA")
SUPI = "imsi-999700000000001"
SUCI = "suci-0-999-70-0000-0-0-0000000001"
NETWORK = "5G:mnc070.mcc999.3gppnetwork.org"
AUTHENTICATIONS = "http://127.0.0.1:7711/nausf-auth/v1/ue-authentications"
UDM = "http://127.0.0.1:7712"
AMF_ACCESS = f"{UDM}/nudm-uecm/v1/{SUPI}/registrations/amf-3gpp-access"
SMF_SESSION = f"{UDM}/nudm-uecm/v1/{SUPI}/registrations/smf-registrations"
GUAMI = {"plmnId": {"mcc": "999", "mnc": "70"}, "amfId": "020040"}


class Home:
    """NRF, UDM and AUSF of one home network in one process."""

    def __init__(self, state: Path | None = None, udm: UdmConfig | None = None) -> None:
        self.platform = Platform(state=state)
        self.nrf = Nrf(NrfConfig(port=7710), self.platform)
        self.udm = Udm(udm or UdmConfig(), self.platform)
        self.ausf = Ausf(AusfConfig(), self.platform)

    async def __aenter__(self) -> Home:
        for nf in (self.nrf, self.udm, self.ausf):
            await nf.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for nf in (self.ausf, self.udm, self.nrf):
            await nf.stop()

    async def request(self, method: str, url: str, json: Any = None, **query: str) -> Any:
        return await self.ausf.sbi.request(method, url, json=json, params=query)

    async def get(self, path: str, **query: str) -> Any:
        return (await self.request("GET", UDM + path, **query)).json()

    async def challenge(self, who: str = SUCI, **others: Any) -> dict[str, Any]:
        body = {"supiOrSuci": who, "servingNetworkName": NETWORK} | others
        answer = await self.request("POST", AUTHENTICATIONS, body)
        context: dict[str, Any] = answer.json()
        return context

    async def vector(self, who: str = SUCI, **others: Any) -> dict[str, Any]:
        url = f"{UDM}/nudm-ueau/v1/{who}/security-information/generate-auth-data"
        body = {"servingNetworkName": NETWORK, "ausfInstanceId": self.ausf.instance_id} | others
        result: dict[str, Any] = (await self.request("POST", url, body)).json()
        return result


class Usim:
    """Verifies challenges and answers them, as TS 33.102 clause 6.3.3 tells a USIM to."""

    def __init__(self) -> None:
        self.milenage = Milenage(K, OPC)

    def sqn(self, context: dict[str, Any]) -> int:
        data = context["5gAuthData"]
        sqn, amf = self.milenage.verify_autn(*map(bytes.fromhex, (data["rand"], data["autn"])))
        assert amf == bytes.fromhex("8000")
        return int.from_bytes(sqn)

    def answer(self, context: dict[str, Any]) -> tuple[bytes, bytes]:
        """(RES*, KSEAF)."""
        self.sqn(context)
        data = context["5gAuthData"]
        rand, autn = bytes.fromhex(data["rand"]), bytes.fromhex(data["autn"])
        res = self.milenage.f2345(rand)
        res_star = kdf.res_star(res.ck, res.ik, NETWORK, rand, res.res)
        assert kdf.hres_star(rand, res_star).hex() == data["hxresStar"]
        return res_star, kdf.k_seaf(kdf.k_ausf(res.ck, res.ik, NETWORK, autn[:6]), NETWORK)

    def resynchronisation(self, context: dict[str, Any], sqn: int) -> dict[str, str]:
        rand = bytes.fromhex(context["5gAuthData"]["rand"])
        return {"rand": rand.hex(), "auts": self.milenage.auts(rand, sqn.to_bytes(6)).hex()}


@pytest.fixture
async def home() -> AsyncIterator[Home]:
    async with Home() as home:
        yield home


@pytest.fixture
def usim() -> Usim:
    return Usim()


def confirmation(context: dict[str, Any]) -> str:
    href: str = context["_links"]["5g-aka"]["href"]
    return href


@pytest.mark.parametrize("who", [SUCI, SUPI])
async def test_5g_aka_gives_both_sides_the_same_key(home: Home, usim: Usim, who: str) -> None:
    context = await home.challenge(who)
    assert context["authType"] == "5G_AKA"
    res_star, k_seaf = usim.answer(context)
    answer = await home.request("PUT", confirmation(context), {"resStar": res_star.hex()})
    assert answer.json() == {
        "authResult": "AUTHENTICATION_SUCCESS",
        "supi": SUPI,
        "kseaf": k_seaf.hex(),
    }
    event = home.udm.store.get("auth-events", SUPI)
    assert event is not None
    assert event.value["success"] is True


async def test_the_context_is_hal_at_its_location(home: Home) -> None:
    body = {"supiOrSuci": SUCI, "servingNetworkName": NETWORK}
    answer = await home.request("POST", AUTHENTICATIONS, body)
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/3gppHal+json"
    location = answer.headers["location"]
    assert confirmation(answer.json()) == f"{location}/5g-aka-confirmation"


async def test_a_challenge_may_be_answered_once(home: Home, usim: Usim) -> None:
    context = await home.challenge()
    wrong = await home.request("PUT", confirmation(context), {"resStar": "00" * 16})
    assert wrong.json() == {"authResult": "AUTHENTICATION_FAILURE"}
    event = home.udm.store.get("auth-events", SUPI)
    assert event is not None
    assert event.value["success"] is False
    right = {"resStar": usim.answer(context)[0].hex()}
    with pytest.raises(SbiProblem, match="404 CONTEXT_NOT_FOUND"):
        await home.request("PUT", confirmation(context), right)


async def test_a_deleted_or_expired_challenge_cannot_be_answered(usim: Usim) -> None:
    async with Home() as home:
        deleted = await home.challenge()
        assert (await home.request("DELETE", confirmation(deleted))).status == 204
        home.ausf.config = AusfConfig(context_seconds=-1)
        expired = await home.challenge()
        for context in (deleted, expired):
            body = {"resStar": usim.answer(context)[0].hex()}
            with pytest.raises(SbiProblem, match="404 CONTEXT_NOT_FOUND"):
                await home.request("PUT", confirmation(context), body)


@pytest.mark.parametrize("res_star", ["", "00", "zz" * 16])
async def test_a_malformed_res_star_leaves_the_challenge_open(
    home: Home, usim: Usim, res_star: str
) -> None:
    context = await home.challenge()
    with pytest.raises(SbiProblem, match="400"):
        await home.request("PUT", confirmation(context), {"resStar": res_star})
    body = {"resStar": usim.answer(context)[0].hex()}
    assert (await home.request("PUT", confirmation(context), body)).status == 200


async def test_another_serving_network_is_not_authorised(home: Home) -> None:
    with pytest.raises(SbiProblem, match="403 SERVING_NETWORK_NOT_AUTHORIZED"):
        await home.challenge(servingNetworkName="5G:mnc001.mcc001.3gppnetwork.org")


@pytest.mark.parametrize(
    "who",
    ["", "imsi-x", "suci-0-999-70-0-0-0-1/../../x", "suci-0-999-70-0-0-0-1?x", "nai-a@b"],
)
async def test_only_an_identity_gets_into_the_udm_uri(home: Home, who: str) -> None:
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_INCORRECT"):
        await home.challenge(who)


async def test_refusals_of_the_udm_reach_the_amf(home: Home) -> None:
    with pytest.raises(SbiProblem, match="404 USER_NOT_FOUND") as unknown:
        await home.challenge("suci-0-999-70-0000-0-0-0000099999")
    assert "imsi-999700000099999" in str(unknown.value)
    assert "subscribers.yaml" in str(unknown.value)
    with pytest.raises(SbiProblem, match="404 USER_NOT_FOUND"):
        await home.challenge("suci-0-001-01-0000-0-0-0000000001")


@pytest.mark.parametrize("scheme", [1, 2])
async def test_a_concealed_supi(scheme: int, usim: Usim, tmp_path: Path) -> None:
    """TS 33.501 clause 6.12.5; malformed ones as TS 29.503 table 6.3.7.3-1 has them."""
    key = HomeNetworkKey.generate(5, scheme)
    file = tmp_path / "hnet.pem"
    file.write_bytes(key.to_pem())
    config = UdmConfig(
        home_network_keys=[
            {"id": 5, "scheme": scheme, "file": str(file)},
            {"id": 5, "scheme": 3 - scheme, "private_key": "01" * 32},
        ]
    )
    plmn = Plmn("999", "70")
    suci = conceal("0000000001", plmn, scheme=scheme, key_id=5, public_key=key.public_key)
    async with Home(udm=config) as home:
        context = await home.challenge(str(suci))
        body = {"resStar": usim.answer(context)[0].hex()}
        answer = await home.request("PUT", confirmation(context), body)
        assert answer.json()["supi"] == SUPI
        malformed = {
            str(suci)[:-1] + ("0" if str(suci)[-1] != "0" else "1"): "403 INVALID_SCHEME_OUTPUT",
            f"suci-0-999-70-0000-{scheme}-5-00ff": "403 INVALID_SCHEME_OUTPUT",
            f"suci-0-999-70-0000-{scheme}-5-00f": "403 INVALID_SCHEME_OUTPUT",
            f"suci-0-999-70-0000-{scheme}-6-00ff": "403 INVALID_HN_PUBLIC_KEY_IDENTIFIER",
            "suci-0-999-70-0000-3-5-00ff": "501 UNSUPPORTED_PROTECTION_SCHEME",
        }
        for who, problem in malformed.items():
            with pytest.raises(SbiProblem, match=problem):
                await home.challenge(who)


@pytest.mark.parametrize(
    "key", [{}, {"private_key": "00" * 32}, {"private_key": "0"}, {"file": "/dev/null"}]
)
def test_a_home_network_key_that_is_none(key: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        UdmConfig(home_network_keys=[{"id": 1, "scheme": 2} | key])


async def test_the_vector_of_the_udm(home: Home) -> None:
    body = await home.vector()
    assert (body["authType"], body["supi"]) == ("5G_AKA", SUPI)
    vector = body["authenticationVector"]
    octets = {name: len(value) // 2 for name, value in vector.items() if name != "avType"}
    assert vector["avType"] == "5G_HE_AKA"
    assert octets == {"rand": 16, "autn": 16, "xresStar": 16, "kausf": 32}
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_INCORRECT"):
        await home.vector("suci-0-nonsense")


async def test_every_challenge_has_a_higher_sequence_number(home: Home, usim: Usim) -> None:
    numbers = [usim.sqn(await home.challenge()) for _ in range(3)]
    assert [b - a for a, b in itertools.pairwise(numbers)] == [33, 33], "SEQ and IND both go on"


async def test_sequence_numbers_survive_a_restart(tmp_path: Path, usim: Usim) -> None:
    async with Home(tmp_path) as home:
        before = usim.sqn(await home.challenge())
    async with Home(tmp_path) as home:
        assert usim.sqn(await home.challenge()) == before + 33


async def test_the_usim_resynchronises_the_home_network(home: Home, usim: Usim) -> None:
    refused = await home.challenge()
    auts = usim.resynchronisation(refused, sqn=1_000_000)
    context = await home.challenge(SUPI, resynchronizationInfo=auts)
    assert usim.sqn(context) == 1_000_033
    body = {"resStar": usim.answer(context)[0].hex()}
    answer = await home.request("PUT", confirmation(context), body)
    assert answer.json()["authResult"] == "AUTHENTICATION_SUCCESS"


async def test_an_old_resynchronisation_does_not_turn_the_home_network_back(
    home: Home, usim: Usim
) -> None:
    """TS 33.102 clause 6.3.5: no sequence number is used again because of a replayed AUTS."""
    old = await home.challenge()
    auts = usim.resynchronisation(old, sqn=usim.sqn(old))
    numbers = [usim.sqn(await home.challenge()) for _ in range(3)]
    assert usim.sqn(await home.challenge(SUPI, resynchronizationInfo=auts)) > max(numbers)


async def test_a_forged_resynchronisation_changes_nothing(home: Home, usim: Usim) -> None:
    refused = await home.challenge()
    forged = usim.resynchronisation(refused, sqn=1_000_000)
    forged["auts"] = forged["auts"][:-2] + ("00" if forged["auts"][-2:] != "00" else "01")
    with pytest.raises(SbiProblem, match="403 AUTHENTICATION_REJECTED"):
        await home.challenge(SUPI, resynchronizationInfo=forged)
    assert usim.sqn(await home.challenge()) == usim.sqn(refused) + 33
    with pytest.raises(SbiProblem, match="400"):
        await home.challenge(SUPI, resynchronizationInfo={"rand": "00", "auts": "00"})


async def eap(home: Home, session: dict[str, Any], payload: bytes) -> dict[str, Any]:
    href = session["_links"]["eap-session"]["href"]
    body = {"eapPayload": base64.b64encode(payload).decode()}
    result: dict[str, Any] = (await home.request("POST", href, body)).json()
    return result


@pytest.fixture
async def eap_home(tmp_path: Path) -> AsyncIterator[Home]:
    entry = {"supi": SUPI, **KEYS, "authentication_method": "EAP_AKA_PRIME"}
    async with Home(udm=UdmConfig(subscribers=subscribers_file(tmp_path, entry))) as home:
        yield home


def answer_of(usim: Usim, session: dict[str, Any], *, fresh: bool = True) -> Reply:
    """What a UE answers the EAP request of the session."""

    def card(rand: bytes, autn: bytes) -> Accepted | OutOfSynch:
        sqn, _ = usim.milenage.verify_autn(rand, autn)
        if not fresh:
            return OutOfSynch(usim.milenage.auts(rand, (int.from_bytes(sqn) + 999).to_bytes(6)))
        out = usim.milenage.f2345(rand)
        return Accepted(out.res, out.ck, out.ik)

    payload = session.get("5gAuthData") or session["eapPayload"]
    reply = respond(base64.b64decode(payload), card, SUPI.removeprefix("imsi-"), NETWORK)
    assert reply is not None
    return reply


async def test_eap_aka_prime_gives_both_sides_the_same_key(eap_home: Home, usim: Usim) -> None:
    """TS 33.501 clause 6.1.3.1."""
    context = await eap_home.challenge()
    assert context["authType"] == "EAP_AKA_PRIME"
    reply = answer_of(usim, context)
    assert reply.keys is not None
    result = await eap(eap_home, context, reply.octets)
    assert result["authResult"] == "AUTHENTICATION_SUCCESS"
    assert result["supi"] == SUPI
    assert result["kSeaf"] == kdf.k_seaf(reply.keys.k_ausf, NETWORK).hex()
    assert packet.decode(base64.b64decode(result["eapPayload"])).code is packet.Code.SUCCESS
    event = eap_home.udm.store.get("auth-events", SUPI)
    assert event is not None
    assert (event.value["success"], event.value["authType"]) == (True, "EAP_AKA_PRIME")
    with pytest.raises(SbiProblem, match="404 CONTEXT_NOT_FOUND"):
        await eap(eap_home, context, reply.octets)


async def test_eap_aka_prime_resynchronises_once(eap_home: Home, usim: Usim) -> None:
    context = await eap_home.challenge()
    again = await eap(eap_home, context, answer_of(usim, context, fresh=False).octets)
    assert again["authResult"] == "AUTHENTICATION_ONGOING"
    assert (await eap(eap_home, again, answer_of(usim, again).octets))["supi"] == SUPI
    context = await eap_home.challenge()
    again = await eap(eap_home, context, answer_of(usim, context, fresh=False).octets)
    failed = await eap(eap_home, again, answer_of(usim, again, fresh=False).octets)
    assert failed["authResult"] == "AUTHENTICATION_FAILURE"


async def test_a_wrong_eap_response_is_notified_and_fails(eap_home: Home, usim: Usim) -> None:
    """RFC 4187 clause 6.3.2: AKA'-Notification, then EAP-Failure."""
    context = await eap_home.challenge()
    octets = bytearray(answer_of(usim, context).octets)
    octets[-1] ^= 1
    told = await eap(eap_home, context, bytes(octets))
    assert told["authResult"] == "AUTHENTICATION_ONGOING"
    reply = answer_of(usim, told)
    assert "16384" in reply.reason
    failed = await eap(eap_home, told, reply.octets)
    assert failed["authResult"] == "AUTHENTICATION_FAILURE"
    assert packet.decode(base64.b64decode(failed["eapPayload"])).code is packet.Code.FAILURE


@pytest.mark.parametrize("octets", ["", "ff", "0201000832010000", "020100053200", "01" * 40])
async def test_octets_that_are_no_eap_response_fail(eap_home: Home, octets: str) -> None:
    context = await eap_home.challenge()
    failed = await eap(eap_home, context, bytes.fromhex(octets))
    assert failed["authResult"] == "AUTHENTICATION_FAILURE"
    href = (await eap_home.challenge())["_links"]["eap-session"]["href"]
    with pytest.raises(SbiProblem, match="400"):
        await eap_home.request("POST", href, {"eapPayload": "?"})
    assert (await eap_home.request("DELETE", href)).status == 204
    with pytest.raises(SbiProblem, match="404"):
        await eap_home.request("POST", href, {"eapPayload": "AAAA"})


async def test_subscription_data(home: Home) -> None:
    access = await home.get(f"/nudm-sdm/v2/{SUPI}/am-data")
    assert access["subscribedUeAmbr"] == {"uplink": "1 Gbps", "downlink": "1 Gbps"}
    assert access["nssai"] == {"defaultSingleNssais": [{"sst": 1}]}
    assert await home.get(f"/nudm-sdm/v2/{SUPI}/nssai") == access["nssai"]
    selection = await home.get(f"/nudm-sdm/v2/{SUPI}/smf-select-data")
    infos = selection["subscribedSnssaiInfos"]["1"]["dnnInfos"]
    assert infos == [{"dnn": "internet"}, {"dnn": "agents"}]


async def test_session_management_data_is_filtered(home: Home) -> None:
    path = f"/nudm-sdm/v2/{SUPI}/sm-data"
    (entry,) = await home.get(path, **{"single-nssai": '{"sst":1}', "dnn": "agents"})
    assert entry["singleNssai"] == {"sst": 1}
    assert list(entry["dnnConfigurations"]) == ["agents"]
    configuration = entry["dnnConfigurations"]["agents"]
    assert configuration["5gQosProfile"]["5qi"] == 9
    assert configuration["pduSessionTypes"]["defaultSessionType"] == "IPV4"
    assert await home.get(path, **{"single-nssai": '{"sst":2}'}) == []


@pytest.mark.parametrize("text", ["x", "[]", "{}", '{"sst":Infinity}', '{"sst":1,"sd":null}'])
async def test_a_malformed_slice_is_refused(home: Home, text: str) -> None:
    with pytest.raises(SbiProblem, match="400 OPTIONAL_QUERY_PARAM_INCORRECT"):
        await home.get(f"/nudm-sdm/v2/{SUPI}/sm-data", **{"single-nssai": text})


@pytest.mark.parametrize(
    ("digits", "allowed", "capabilities"),
    [("0001", True, 7), ("0020", True, 7), ("0090", False, 0), ("0091", True, 1)],
)
async def test_agent_rights(home: Home, digits: str, allowed: bool, capabilities: int) -> None:
    rights = await home.get(f"/nudm-sdm/v2/imsi-99970000000{digits}/agent-data")
    assert rights["agentsAllowed"] is allowed
    assert len(rights["scope"]) == capabilities
    assert rights["devices"] == {}


async def test_a_subscription_to_data_changes_can_be_ended(home: Home) -> None:
    body = {"nfInstanceId": home.ausf.instance_id, "callbackReference": "http://127.0.0.1:9/"}
    url = f"{UDM}/nudm-sdm/v2/{SUPI}/sdm-subscriptions"
    location = (await home.request("POST", url, body)).headers["location"]
    assert (await home.request("DELETE", location)).status == 204
    with pytest.raises(SbiProblem, match="404 SUBSCRIPTION_NOT_FOUND"):
        await home.request("DELETE", location)


def amf_registration(callback: str, guami: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "amfInstanceId": "0d6e0c3a-6c2b-4a0e-9d4e-5b1d2f0a7c11",
        "deregCallbackUri": callback,
        "guami": guami or GUAMI,
        "ratType": "NR",
        "initialRegistrationInd": True,
    }


async def test_the_serving_amf_registers_and_purges(tmp_path: Path) -> None:
    body = amf_registration("http://127.0.0.1:9/dereg")
    async with Home(tmp_path) as home:
        created = await home.request("PUT", AMF_ACCESS, body)
        assert (created.status, created.headers["location"]) == (201, AMF_ACCESS)
        assert (await home.request("PUT", AMF_ACCESS, body)).status == 200
    async with Home(tmp_path) as home:
        assert (await home.request("GET", AMF_ACCESS)).json() == body
        change = {"guami": GUAMI, "pei": "imeisv-4370816125816151"}
        assert (await home.request("PATCH", AMF_ACCESS, change)).status == 204
        assert (await home.request("GET", AMF_ACCESS)).json() == body | change
        purge = {"guami": GUAMI, "purgeFlag": True}
        assert (await home.request("PATCH", AMF_ACCESS, purge)).status == 204
        for method, change_or_none in (("GET", None), ("PATCH", purge)):
            with pytest.raises(SbiProblem, match="404 CONTEXT_NOT_FOUND"):
                await home.request(method, AMF_ACCESS, change_or_none)


async def test_an_amf_that_no_longer_serves_cannot_purge(home: Home) -> None:
    await home.request("PUT", AMF_ACCESS, amf_registration("http://127.0.0.1:9/dereg"))
    other = GUAMI | {"amfId": "020080"}
    with pytest.raises(SbiProblem, match="403 INVALID_GUAMI"):
        await home.request("PATCH", AMF_ACCESS, {"guami": other, "purgeFlag": True})
    assert (await home.request("GET", AMF_ACCESS)).status == 200


async def test_the_previous_amf_is_told_when_another_registers(home: Home) -> None:
    previous = PreviousAmf(home.platform)
    await previous.nrf.register(previous.profile)
    await home.request("PUT", AMF_ACCESS, amf_registration(previous.callback))
    await home.request("PUT", AMF_ACCESS, amf_registration(previous.callback))
    assert previous.told.empty()
    await home.request("PUT", AMF_ACCESS, amf_registration("http://127.0.0.1:9/dereg"))
    told = await asyncio.wait_for(previous.told.get(), 30)
    assert told == {"deregReason": "UE_INITIAL_REGISTRATION", "accessType": "3GPP_ACCESS"}
    assert previous.told.empty()


class PreviousAmf(NetworkFunction):
    nf_type = "AMF"
    services = ("namf-callback",)

    def __init__(self, platform: Platform) -> None:
        super().__init__(NfConfig(port=7719), platform, title="previous AMF")
        self.callback = f"{self.api_root}/namf-callback/v1/dereg-notify"
        self.told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

        @self.app.post("/namf-callback/v1/dereg-notify", status_code=204)
        async def notified(body: dict[str, Any]) -> Response:
            self.told.put_nowait(body)
            return Response(status_code=204)


@pytest.mark.parametrize("missing", ["amfInstanceId", "deregCallbackUri", "guami", "ratType"])
async def test_an_incomplete_amf_registration_is_refused(home: Home, missing: str) -> None:
    body = amf_registration("http://127.0.0.1:9/dereg")
    del body[missing]
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_MISSING"):
        await home.request("PUT", AMF_ACCESS, body)


async def test_smf_registrations_are_the_ue_context_in_the_smf(home: Home) -> None:
    body = {
        "smfInstanceId": "5b0a3a0e-3f6b-4a7b-8a53-1c3f0d2e9b77",
        "pduSessionId": 5,
        "singleNssai": {"sst": 1},
        "dnn": "agents",
        "plmnId": {"mcc": "999", "mnc": "70"},
    }
    created = await home.request("PUT", f"{SMF_SESSION}/5", body)
    assert (created.status, created.headers["location"]) == (201, f"{SMF_SESSION}/5")
    assert (await home.request("PUT", f"{SMF_SESSION}/5", body)).status == 200
    path = f"/nudm-sdm/v2/{SUPI}/ue-context-in-smf-data"
    session = {name: value for name, value in body.items() if name != "pduSessionId"}
    assert await home.get(path) == {"pduSessions": {"5": session}}
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_INCORRECT"):
        await home.request("PUT", f"{SMF_SESSION}/6", body)
    assert (await home.request("DELETE", f"{SMF_SESSION}/5")).status == 204
    assert await home.get(path) == {"pduSessions": {}}
    with pytest.raises(SbiProblem, match="404 CONTEXT_NOT_FOUND"):
        await home.request("DELETE", f"{SMF_SESSION}/5")


@pytest.mark.parametrize(
    "data",
    ["am-data", "nssai", "smf-select-data", "sm-data", "agent-data", "ue-context-in-smf-data"],
)
async def test_no_data_of_an_unknown_subscriber(home: Home, data: str) -> None:
    with pytest.raises(SbiProblem, match="404 USER_NOT_FOUND"):
        await home.get(f"/nudm-sdm/v2/imsi-999700000099999/{data}")


KEYS = {"k": K.hex(), "opc": OPC.hex()}


def subscribers_file(folder: Path, *entries: dict[str, Any]) -> Path:
    path = folder / "subscribers.yaml"
    path.write_text(json.dumps({"subscribers": entries}))
    return path


def test_op_gives_the_keys_that_its_opc_gives(tmp_path: Path) -> None:
    op = bytes(range(16))
    opc = Milenage.opc_from_op(K, op).hex()
    path = subscribers_file(
        tmp_path,
        {"supi": SUPI, "k": K.hex(), "op": op.hex()},
        {"supi": "imsi-999700000000002", "k": K.hex(), "opc": opc},
    )
    loaded = load(path)
    found = [loaded.get(supi) for supi in (SUPI, "imsi-999700000000002")]
    first, second = (s.functions.f2345(bytes(16)) for s in found if s is not None)
    assert first == second


def test_an_entry_serves_as_many_consecutive_subscribers_as_it_counts(tmp_path: Path) -> None:
    file = subscribers_file(
        tmp_path,
        {"supi": "imsi-999700000000009", **KEYS, "count": 1_000_000},
        {"supi": "imsi-99970000000001", **KEYS},
    )
    loaded = load(file)
    assert len(loaded) == 1_000_001
    for there in ("imsi-999700000000009", "imsi-999700001000008", "imsi-99970000000001"):
        subscriber = loaded.get(there)
        assert subscriber is not None
        assert (subscriber.supi, subscriber.count) == (there, 1)
    for absent in ("imsi-999700000000008", "imsi-999700001000009", "imsi-99970000000002", "", "x"):
        assert loaded.get(absent) is None


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ([{"supi": SUPI, **KEYS, "op": OPC.hex()}], "either opc or op"),
        ([{"supi": SUPI, "k": K.hex()}], "either opc or op"),
        ([{"supi": SUPI, **KEYS, "k": "00"}], "subscribers.0.k"),
        ([{"supi": "999700000000001", **KEYS}], "subscribers.0.supi"),
        ([{"supi": SUPI, **KEYS, "count": 2}, {"supi": SUPI[:-1] + "2", **KEYS}], "there twice"),
        ([{"supi": SUPI, **KEYS, "opcc": "x"}], "opcc"),
    ],
)
def test_a_wrong_subscribers_file_is_refused(
    tmp_path: Path, entries: list[dict[str, Any]], text: str
) -> None:
    with pytest.raises(SubscribersError, match=text) as refused:
        load(subscribers_file(tmp_path, *entries))
    assert "subscribers.yaml" in str(refused.value)
    assert not any(key in str(refused.value) for key in KEYS.values())
