// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {PayoutRouter} from "./PayoutRouter.sol";

/// @title Payouts to payees whose identity was checked
/// @notice The compliance signer signs every argument of a payout, for this router on this chain, to be used once. See
/// PayoutRouter for the rest.
contract PayoutRouterKYC is PayoutRouter, EIP712 {
    /// @notice EIP-712 (TIP-712) type of the compliance signer's consent.
    bytes32 public constant DISBURSE_KYC_TYPEHASH =
        keccak256(
            "DisburseKYC(bytes32 payoutId,address to,uint256 amount,bytes32 kycHash,uint64 expiry,bytes32 nonce)"
        );

    /// @notice Who signs that a payee's identity was checked.
    address public immutable COMPLIANCE_SIGNER;

    /// @notice Whether a consent was used.
    mapping(bytes32 nonce => bool used) public nonceUsed;

    /// @notice The consent by which a payout was done.
    /// @param payoutId Id of the payout.
    /// @param kycHash Hash of the record of the check.
    /// @param nonce Number of the consent.
    event KycChecked(bytes32 indexed payoutId, bytes32 indexed kycHash, bytes32 nonce);

    /// @notice The consent has run out.
    /// @param expiry Last second at which it held, Unix seconds.
    error ConsentExpired(uint64 expiry);

    /// @notice The consent was used before.
    /// @param nonce Its number.
    error NonceUsed(bytes32 nonce);

    /// @notice The signature is not the compliance signer's over these values.
    error BadComplianceSignature();

    /// @notice Fixes everything.
    /// @param setup What the router is made of.
    /// @param complianceSigner Who signs that a payee's identity was checked.
    constructor(Setup memory setup, address complianceSigner) PayoutRouter(setup) EIP712("PayoutRouterKYC", "1") {
        // Who may pay must not be who says that it may be paid.
        if (complianceSigner == address(0) || complianceSigner == setup.disburser) revert BadSetup();
        COMPLIANCE_SIGNER = complianceSigner;
    }

    /// @notice Pays an id, once, by a consent that is used once.
    /// @param payoutId The payout's unique id.
    /// @param to Who is paid.
    /// @param amount How much, 6 decimals.
    /// @param kycHash Hash of the record of the check.
    /// @param expiry Last second at which the consent holds, Unix seconds.
    /// @param nonce Number of the consent.
    /// @param signature Compliance signer's EIP-712 signature of DisburseKYC, 65 bytes r || s || v, low s.
    function disburseKYC(
        bytes32 payoutId,
        address to,
        uint256 amount,
        bytes32 kycHash,
        uint64 expiry,
        bytes32 nonce,
        bytes calldata signature
    ) external onlyDisburser whenNotPaused {
        if (block.timestamp > expiry) revert ConsentExpired(expiry);
        if (nonceUsed[nonce]) revert NonceUsed(nonce);
        bytes32 consent = keccak256(abi.encode(DISBURSE_KYC_TYPEHASH, payoutId, to, amount, kycHash, expiry, nonce));
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(_hashTypedDataV4(consent), signature);
        if (failure != ECDSA.RecoverError.NoError || signer != COMPLIANCE_SIGNER) revert BadComplianceSignature();
        nonceUsed[nonce] = true;
        emit KycChecked(payoutId, kycHash, nonce);
        _pay(payoutId, to, amount);
    }
}
