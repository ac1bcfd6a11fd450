// Made by npm run contracts:build; do not edit.
export const lucidGovernor = {
  "contractName": "LucidGovernor",
  "compiler": "0.8.26+commit.8a97fa7a.Emscripten.clang",
  "abi": [
    {
      "inputs": [
        {
          "internalType": "contract IVotes",
          "name": "votes",
          "type": "address"
        },
        {
          "internalType": "contract TimelockController",
          "name": "timelock_",
          "type": "address"
        },
        {
          "internalType": "contract ParamRegistry",
          "name": "params",
          "type": "address"
        },
        {
          "internalType": "contract SignerRegistry",
          "name": "signers",
          "type": "address"
        },
        {
          "components": [
            {
              "internalType": "uint256",
              "name": "votingDelay",
              "type": "uint256"
            },
            {
              "internalType": "uint256",
              "name": "votingPeriod",
              "type": "uint256"
            },
            {
              "internalType": "uint256",
              "name": "grace",
              "type": "uint256"
            }
          ],
          "internalType": "struct LucidGovernor.Timing",
          "name": "timing",
          "type": "tuple"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "constructor"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "target",
          "type": "address"
        },
        {
          "internalType": "bytes4",
          "name": "selector",
          "type": "bytes4"
        }
      ],
      "name": "ActionNotAllowed",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "target",
          "type": "address"
        }
      ],
      "name": "AddressEmptyCode",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "FailedCall",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "voter",
          "type": "address"
        }
      ],
      "name": "GovernorAlreadyCastVote",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "GovernorAlreadyQueuedProposal",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "GovernorDisabledDeposit",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "proposer",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "votes",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "threshold",
          "type": "uint256"
        }
      ],
      "name": "GovernorInsufficientProposerVotes",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "targets",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "calldatas",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "values",
          "type": "uint256"
        }
      ],
      "name": "GovernorInvalidProposalLength",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "voter",
          "type": "address"
        }
      ],
      "name": "GovernorInvalidSignature",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "GovernorInvalidVoteParams",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "GovernorInvalidVoteType",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "votingPeriod",
          "type": "uint256"
        }
      ],
      "name": "GovernorInvalidVotingPeriod",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "GovernorNonexistentProposal",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "GovernorNotQueuedProposal",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        }
      ],
      "name": "GovernorOnlyExecutor",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        }
      ],
      "name": "GovernorOnlyProposer",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "GovernorQueueNotImplemented",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "proposer",
          "type": "address"
        }
      ],
      "name": "GovernorRestrictedProposer",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "internalType": "enum IGovernor.ProposalState",
          "name": "current",
          "type": "uint8"
        },
        {
          "internalType": "bytes32",
          "name": "expectedStates",
          "type": "bytes32"
        }
      ],
      "name": "GovernorUnexpectedProposalState",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "currentNonce",
          "type": "uint256"
        }
      ],
      "name": "InvalidAccountNonce",
      "type": "error"
    },
    {
      "inputs": [],
      "name": "InvalidShortString",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        }
      ],
      "name": "NoVotes",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint8",
          "name": "bits",
          "type": "uint8"
        },
        {
          "internalType": "uint256",
          "name": "value",
          "type": "uint256"
        }
      ],
      "name": "SafeCastOverflowedUintDowncast",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "string",
          "name": "str",
          "type": "string"
        }
      ],
      "name": "StringTooLong",
      "type": "error"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "value",
          "type": "uint256"
        }
      ],
      "name": "ValueNotAllowed",
      "type": "error"
    },
    {
      "anonymous": false,
      "inputs": [],
      "name": "EIP712DomainChanged",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "ProposalCanceled",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "address",
          "name": "proposer",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "indexed": false,
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "indexed": false,
          "internalType": "string[]",
          "name": "signatures",
          "type": "string[]"
        },
        {
          "indexed": false,
          "internalType": "bytes[]",
          "name": "calldatas",
          "type": "bytes[]"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "voteStart",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "voteEnd",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "string",
          "name": "description",
          "type": "string"
        }
      ],
      "name": "ProposalCreated",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "ProposalExecuted",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "etaSeconds",
          "type": "uint256"
        }
      ],
      "name": "ProposalQueued",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": false,
          "internalType": "address",
          "name": "oldTimelock",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "address",
          "name": "newTimelock",
          "type": "address"
        }
      ],
      "name": "TimelockChange",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "address",
          "name": "voter",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "uint8",
          "name": "support",
          "type": "uint8"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "weight",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "string",
          "name": "reason",
          "type": "string"
        }
      ],
      "name": "VoteCast",
      "type": "event"
    },
    {
      "anonymous": false,
      "inputs": [
        {
          "indexed": true,
          "internalType": "address",
          "name": "voter",
          "type": "address"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "uint8",
          "name": "support",
          "type": "uint8"
        },
        {
          "indexed": false,
          "internalType": "uint256",
          "name": "weight",
          "type": "uint256"
        },
        {
          "indexed": false,
          "internalType": "string",
          "name": "reason",
          "type": "string"
        },
        {
          "indexed": false,
          "internalType": "bytes",
          "name": "params",
          "type": "bytes"
        }
      ],
      "name": "VoteCastWithParams",
      "type": "event"
    },
    {
      "inputs": [],
      "name": "BALLOT_TYPEHASH",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "CLOCK_MODE",
      "outputs": [
        {
          "internalType": "string",
          "name": "",
          "type": "string"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "COUNTING_MODE",
      "outputs": [
        {
          "internalType": "string",
          "name": "",
          "type": "string"
        }
      ],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "EXTENDED_BALLOT_TYPEHASH",
      "outputs": [
        {
          "internalType": "bytes32",
          "name": "",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "GRACE",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "PARAMS",
      "outputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "SIGNERS",
      "outputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "cancel",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "calldatas",
          "type": "bytes[]"
        },
        {
          "internalType": "bytes32",
          "name": "descriptionHash",
          "type": "bytes32"
        }
      ],
      "name": "cancel",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "internalType": "uint8",
          "name": "support",
          "type": "uint8"
        }
      ],
      "name": "castVote",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "internalType": "uint8",
          "name": "support",
          "type": "uint8"
        },
        {
          "internalType": "address",
          "name": "voter",
          "type": "address"
        },
        {
          "internalType": "bytes",
          "name": "signature",
          "type": "bytes"
        }
      ],
      "name": "castVoteBySig",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "internalType": "uint8",
          "name": "support",
          "type": "uint8"
        },
        {
          "internalType": "string",
          "name": "reason",
          "type": "string"
        }
      ],
      "name": "castVoteWithReason",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "internalType": "uint8",
          "name": "support",
          "type": "uint8"
        },
        {
          "internalType": "string",
          "name": "reason",
          "type": "string"
        },
        {
          "internalType": "bytes",
          "name": "params",
          "type": "bytes"
        }
      ],
      "name": "castVoteWithReasonAndParams",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "internalType": "uint8",
          "name": "support",
          "type": "uint8"
        },
        {
          "internalType": "address",
          "name": "voter",
          "type": "address"
        },
        {
          "internalType": "string",
          "name": "reason",
          "type": "string"
        },
        {
          "internalType": "bytes",
          "name": "params",
          "type": "bytes"
        },
        {
          "internalType": "bytes",
          "name": "signature",
          "type": "bytes"
        }
      ],
      "name": "castVoteWithReasonAndParamsBySig",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "clock",
      "outputs": [
        {
          "internalType": "uint48",
          "name": "",
          "type": "uint48"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "eip712Domain",
      "outputs": [
        {
          "internalType": "bytes1",
          "name": "fields",
          "type": "bytes1"
        },
        {
          "internalType": "string",
          "name": "name",
          "type": "string"
        },
        {
          "internalType": "string",
          "name": "version",
          "type": "string"
        },
        {
          "internalType": "uint256",
          "name": "chainId",
          "type": "uint256"
        },
        {
          "internalType": "address",
          "name": "verifyingContract",
          "type": "address"
        },
        {
          "internalType": "bytes32",
          "name": "salt",
          "type": "bytes32"
        },
        {
          "internalType": "uint256[]",
          "name": "extensions",
          "type": "uint256[]"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "calldatas",
          "type": "bytes[]"
        },
        {
          "internalType": "bytes32",
          "name": "descriptionHash",
          "type": "bytes32"
        }
      ],
      "name": "execute",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "execute",
      "outputs": [],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "timepoint",
          "type": "uint256"
        }
      ],
      "name": "getVotes",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "timepoint",
          "type": "uint256"
        },
        {
          "internalType": "bytes",
          "name": "params",
          "type": "bytes"
        }
      ],
      "name": "getVotesWithParams",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "internalType": "address",
          "name": "account",
          "type": "address"
        }
      ],
      "name": "hasVoted",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "calldatas",
          "type": "bytes[]"
        },
        {
          "internalType": "bytes32",
          "name": "descriptionHash",
          "type": "bytes32"
        }
      ],
      "name": "hashProposal",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "name",
      "outputs": [
        {
          "internalType": "string",
          "name": "",
          "type": "string"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "owner",
          "type": "address"
        }
      ],
      "name": "nonces",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        },
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        },
        {
          "internalType": "uint256[]",
          "name": "",
          "type": "uint256[]"
        },
        {
          "internalType": "uint256[]",
          "name": "",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes",
          "name": "",
          "type": "bytes"
        }
      ],
      "name": "onERC1155BatchReceived",
      "outputs": [
        {
          "internalType": "bytes4",
          "name": "",
          "type": "bytes4"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        },
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        },
        {
          "internalType": "bytes",
          "name": "",
          "type": "bytes"
        }
      ],
      "name": "onERC1155Received",
      "outputs": [
        {
          "internalType": "bytes4",
          "name": "",
          "type": "bytes4"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        },
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        },
        {
          "internalType": "bytes",
          "name": "",
          "type": "bytes"
        }
      ],
      "name": "onERC721Received",
      "outputs": [
        {
          "internalType": "bytes4",
          "name": "",
          "type": "bytes4"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "proposalCount",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "proposalDeadline",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "proposalDetails",
      "outputs": [
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "calldatas",
          "type": "bytes[]"
        },
        {
          "internalType": "bytes32",
          "name": "descriptionHash",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "index",
          "type": "uint256"
        }
      ],
      "name": "proposalDetailsAt",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        },
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "calldatas",
          "type": "bytes[]"
        },
        {
          "internalType": "bytes32",
          "name": "descriptionHash",
          "type": "bytes32"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "proposalEta",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "proposalNeedsQueuing",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "proposalProposer",
      "outputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "proposalSnapshot",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "proposalThreshold",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "pure",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "proposalVotes",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "againstVotes",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "forVotes",
          "type": "uint256"
        },
        {
          "internalType": "uint256",
          "name": "abstainVotes",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "calldatas",
          "type": "bytes[]"
        },
        {
          "internalType": "string",
          "name": "description",
          "type": "string"
        }
      ],
      "name": "propose",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address[]",
          "name": "targets",
          "type": "address[]"
        },
        {
          "internalType": "uint256[]",
          "name": "values",
          "type": "uint256[]"
        },
        {
          "internalType": "bytes[]",
          "name": "calldatas",
          "type": "bytes[]"
        },
        {
          "internalType": "bytes32",
          "name": "descriptionHash",
          "type": "bytes32"
        }
      ],
      "name": "queue",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "queue",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "timepoint",
          "type": "uint256"
        }
      ],
      "name": "quorum",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "address",
          "name": "target",
          "type": "address"
        },
        {
          "internalType": "uint256",
          "name": "value",
          "type": "uint256"
        },
        {
          "internalType": "bytes",
          "name": "data",
          "type": "bytes"
        }
      ],
      "name": "relay",
      "outputs": [],
      "stateMutability": "payable",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "uint256",
          "name": "proposalId",
          "type": "uint256"
        }
      ],
      "name": "state",
      "outputs": [
        {
          "internalType": "enum IGovernor.ProposalState",
          "name": "",
          "type": "uint8"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "bytes4",
          "name": "interfaceId",
          "type": "bytes4"
        }
      ],
      "name": "supportsInterface",
      "outputs": [
        {
          "internalType": "bool",
          "name": "",
          "type": "bool"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "timelock",
      "outputs": [
        {
          "internalType": "address",
          "name": "",
          "type": "address"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "token",
      "outputs": [
        {
          "internalType": "contract IERC5805",
          "name": "",
          "type": "address"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [
        {
          "internalType": "contract TimelockController",
          "name": "newTimelock",
          "type": "address"
        }
      ],
      "name": "updateTimelock",
      "outputs": [],
      "stateMutability": "nonpayable",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "version",
      "outputs": [
        {
          "internalType": "string",
          "name": "",
          "type": "string"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "votingDelay",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "inputs": [],
      "name": "votingPeriod",
      "outputs": [
        {
          "internalType": "uint256",
          "name": "",
          "type": "uint256"
        }
      ],
      "stateMutability": "view",
      "type": "function"
    },
    {
      "stateMutability": "payable",
      "type": "receive"
    }
  ],
  "creationCode": "0x610220806040523461045c5780614994803803809161001e8285610460565b833981010360e0811261045c5781516001600160a01b0381169081900361045c5760208301516001600160a01b038116929083900361045c5760408401516001600160a01b0381169081900361045c5760608501516001600160a01b038116929083900361045c57606090607f19011261045c5760405193606085016001600160401b03811186821017610448576040526080860151855260c060a08701519660208701978852015193604086019485526040516100dd604082610460565b600d8152602081016c263ab1b4b223b7bb32b93737b960991b815260405190610107604083610460565b600182526020820190603160f81b825261012084610483565b6101205261012d83610605565b6101405283519020918260e05251902080610100524660a0526040519060208201927f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f8452604083015260608201524660808201523060a082015260a0815261019760c082610460565b5190206080523060c0528051906001600160401b0382116104485760035490600182811c9216801561043e575b602083101461042a5781601f8493116103bc575b50602090601f8311600114610356575f9261034b575b50508160011b915f199060031b1c1916176003555b61016052600a54604080516001600160a01b0383168152602081018490527f08f74ea46ef7894f65eabfb5e6e695de773a000b47c529ab559178069b2264019190a16001600160a01b03191617600a55610180526101a052516101c052516101e0525161020052604051614256908161073e823960805181613c57015260a05181613d0e015260c05181613c28015260e05181613ca601526101005181613ccc01526101205181610ae601526101405181610b120152610160518181816102f801528181610439015281816108fb01528181610d3c0152818161303901528181613156015281816132b2015261366d01526101805181818161113e0152611bad01526101a0518181816105cc01526112fa01526101c051818181611f2d0152612e0601526101e051818181610dd60152611cf6015261020051818181610dfe015261204f0152f35b015190505f806101ee565b60035f9081528281209350601f198516905b8181106103a4575090846001959493921061038c575b505050811b01600355610203565b01515f1960f88460031b161c191690555f808061037e565b92936020600181928786015181550195019301610368565b60035f529091507fc2575a0e9e593c00f959f8c92f12db2869c3395a3b0502d05e2516446f71f85b601f840160051c81019160208510610420575b90601f859493920160051c01905b81811061041257506101d8565b5f8155849350600101610405565b90915081906103f7565b634e487b7160e01b5f52602260045260245ffd5b91607f16916101c4565b634e487b7160e01b5f52604160045260245ffd5b5f80fd5b601f909101601f19168101906001600160401b0382119082101761044857604052565b908151602081105f146104fd575090601f8151116104bd5760208151910151602082106104ae571790565b5f198260200360031b1b161790565b604460209160405192839163305a27a960e01b83528160048401528051918291826024860152018484015e5f828201840152601f01601f19168101030190fd5b6001600160401b038111610448575f54600181811c911680156105fb575b602082101461042a57601f81116105c9575b50602092601f821160011461056a57928192935f9261055f575b50508160011b915f199060031b1c1916175f5560ff90565b015190505f80610547565b601f198216935f8052805f20915f5b8681106105b15750836001959610610599575b505050811b015f5560ff90565b01515f1960f88460031b161c191690555f808061058c565b91926020600181928685015181550194019201610579565b5f8052601f60205f20910160051c810190601f830160051c015b8181106105f0575061052d565b5f81556001016105e3565b90607f169061051b565b908151602081105f14610630575090601f8151116104bd5760208151910151602082106104ae571790565b6001600160401b03811161044857600154600181811c91168015610733575b602082101461042a57601f8111610700575b50602092601f821160011461069f57928192935f92610694575b50508160011b915f199060031b1c19161760015560ff90565b015190505f8061067b565b601f1982169360015f52805f20915f5b8681106106e857508360019596106106d0575b505050811b0160015560ff90565b01515f1960f88460031b161c191690555f80806106c2565b919260206001819286850151815501940192016106af565b60015f52601f60205f20910160051c810190601f830160051c015b8181106107285750610661565b5f815560010161071b565b90607f169061064f56fe6080806040526004361015610056575b50361561001a575f80fd5b6001600160a01b03600a5416300361002e57005b7fe90a651e000000000000000000000000000000000000000000000000000000005f5260045ffd5b5f3560e01c90816301ffc9a7146120725750806302a251a31461203857806306fdde0314611f50578063137d29d914611f16578063143489d014611ee3578063150b7a0214611e63578063160cbed714611e4757806316e9eaec14611e185780632656227d14611e015780632d63f69314611dcc5780632e82db9414611d535780632fe3e26114611d195780633932abb114611cdf5780633e4f49e614611c8357806340e58ee514611c3a5780634385963214611bed578063452115d614611bd1578063484bcb4714611b8e5780634bf5d7e914611b5f578063544ffc9c14611b1e57806354fd4d5014611abf5780635678138814611a835780635b8d0e0d146119265780635f398a14146118b15780637b3c71d31461184e5780637d5e81e214610bef5780637ecebe0014610bb757806384b0196e14610ace5780638ff262e31461099257806391ddadf4146109685780639a802a6d14610874578063a890c910146107e4578063a9a95294146107c8578063ab58fb8e14610795578063b58131b01461077a578063bc197c81146106b8578063c01f9e371461069a578063c28bc2fa14610632578063c59057e414610616578063d33219b4146105f0578063d3a8388f146105ad578063da35c66414610590578063dd4e2ba51461052d578063ddf0b009146104e4578063deaaa7cc146104aa578063eb9019d4146103c2578063f23a6e6114610342578063f8ce560a1461031c578063fc0c546a146102d95763fe0d94c114610288575f61000f565b60206003193601126102d5576004355f5260096020526102d360405f206003810154906102b481612930565b906102cd60026102c660018401612983565b92016129cb565b91612b09565b005b5f80fd5b346102d5575f6003193601126102d55760206040516001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168152f35b346102d55760206003193601126102d557602061033a600435613276565b604051908152f35b346102d55760a06003193601126102d55761035b612166565b5061036461217c565b5060843567ffffffffffffffff81116102d557610385903690600401612239565b506001600160a01b03600a5416300361002e5760206040517ff23a6e61000000000000000000000000000000000000000000000000000000008152f35b346102d55760406003193601126102d5576103db612166565b6020905f6040516103ec84826121c4565b526001600160a01b03604051917f3a46b1a8000000000000000000000000000000000000000000000000000000008352166004820152602435602482015281816044816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa90811561049f575f91610472575b50604051908152f35b90508181813d8311610498575b61048981836121c4565b810103126102d5575182610469565b503d61047f565b6040513d5f823e3d90fd5b346102d5575f6003193601126102d55760206040517ff2aad550cf55f045cb27e9c559f9889fdfb6e6cdaa032301d6ea397784ae51d78152f35b346102d55760206003193601126102d5576004355f5260096020526102d360405f2060038101549061051581612930565b9061052760026102c660018401612983565b9161266e565b346102d5575f6003193601126102d55761058c60405161054e6040826121c4565b602081527f737570706f72743d627261766f2671756f72756d3d666f722c6162737461696e6020820152604051918291602083526020830190612141565b0390f35b346102d5575f6003193601126102d5576020600854604051908152f35b346102d5575f6003193601126102d55760206040516001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168152f35b346102d5575f6003193601126102d55760206001600160a01b03600a5416604051908152f35b346102d557602061033a610629366123b9565b92919091613248565b60606003193601126102d557610646612166565b6044359067ffffffffffffffff82116102d5575f809161066d6102d394369060040161254f565b9061067661396b565b81604051928392833781018481520391602435905af1610694613219565b90613aa6565b346102d55760206003193601126102d557602061033a6004356131d2565b346102d55760a06003193601126102d5576106d1612166565b506106da61217c565b5060443567ffffffffffffffff81116102d5576106fb9036906004016122dd565b5060643567ffffffffffffffff81116102d55761071c9036906004016122dd565b5060843567ffffffffffffffff81116102d55761073d903690600401612239565b506001600160a01b03600a5416300361002e5760206040517fbc197c81000000000000000000000000000000000000000000000000000000008152f35b346102d5575f6003193601126102d557602060405160018152f35b346102d55760206003193601126102d557602061033a6004355f52600460205265ffffffffffff600160405f2001541690565b346102d55760206003193601126102d557602060405160018152f35b346102d55760206003193601126102d5576004356001600160a01b0381168091036102d55761081161396b565b7fffffffffffffffffffffffff0000000000000000000000000000000000000000600a547f08f74ea46ef7894f65eabfb5e6e695de773a000b47c529ab559178069b226401604080516001600160a01b0384168152856020820152a11617600a55005b346102d55760606003193601126102d55761088d612166565b60443567ffffffffffffffff81116102d5576108ad903690600401612239565b506001600160a01b03604051917f3a46b1a800000000000000000000000000000000000000000000000000000000835216600482015260243560248201526020816044816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa801561049f575f90610935575b602090604051908152f35b506020813d602011610960575b8161094f602093836121c4565b810103126102d5576020905161092a565b3d9150610942565b346102d5575f6003193601126102d5576020610982613120565b65ffffffffffff60405191168152f35b346102d55760806003193601126102d5576004356109ae61253f565b6109b6612192565b9060643567ffffffffffffffff81116102d5576109d7903690600401612239565b610a6f6109fe846001600160a01b03165f52600260205260405f2080549060018201905590565b91610a6960405160208101907ff2aad550cf55f045cb27e9c559f9889fdfb6e6cdaa032301d6ea397784ae51d7825288604082015260ff871660608201526001600160a01b0388169586608083015260a082015260a08152610a6160c0826121c4565b5190206134c8565b85613509565b15610aa357602061033a85858560405191610a8a86846121c4565b5f835260405193610a9b87866121c4565b5f85526135f7565b7f94ab6c07000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b346102d5575f6003193601126102d557610b89610b0a7f0000000000000000000000000000000000000000000000000000000000000000613e7f565b61058c610b367f0000000000000000000000000000000000000000000000000000000000000000613ef0565b610b9760405191610b486020846121c4565b5f83525f3681376040519586957f0f00000000000000000000000000000000000000000000000000000000000000875260e0602088015260e0870190612141565b908582036040870152612141565b904660608501523060808501525f60a085015283820360c0850152612467565b346102d55760206003193601126102d5576001600160a01b03610bd8612166565b165f526002602052602060405f2054604051908152f35b346102d55760806003193601126102d55760043567ffffffffffffffff81116102d557610c2090369060040161226f565b60243567ffffffffffffffff81116102d557610c409036906004016122dd565b9060443567ffffffffffffffff81116102d557610c6190369060040161233a565b60643567ffffffffffffffff81116102d557366023820112156102d557610c92903690602481600401359101612203565b610c9c81336138af565b15611822577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff65ffffffffffff610cd1613120565b16019065ffffffffffff82116117f5576020915f604051610cf285826121c4565b5265ffffffffffff604051917f3a46b1a800000000000000000000000000000000000000000000000000000000835233600484015216602482015282816044816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa90811561049f575f916117c8575b506001811061179457508051610d89838301918220858888613248565b918551875190818114801590611789575b8015611781575b61174d575050825f526004845265ffffffffffff60405f205460a01c1661170b57610dfc610dcd613120565b65ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000009116612dd0565b7f000000000000000000000000000000000000000000000000000000000000000090845f526004865260405f20337fffffffffffffffffffffffff0000000000000000000000000000000000000000825416178155610e5a82613f27565b815463ffffffff85116116db577fffff00000000000000000000ffffffffffffffffffffffffffffffffffffffff79ffffffffffff00000000000000000000000000000000000000007dffffffff00000000000000000000000000000000000000000000000000008760d01b169360a01b16911617179055875191601f19610efa610ee485612257565b94610ef260405196876121c4565b808652612257565b01875f5b8281106116cb57505050610f129082612dd0565b6040519286845233888501526101206040850152610f45610f3761012086018c61242b565b85810360608701528c612467565b84810360808601528151808252898201918a808360051b8301019401925f915b8c8484106116a05750505050505083928392610fad837f7d84a6263ae0d98d3329bd7b46bb4e8d6f98cd35a7adb45c274c8b7fd5ebd5e097610fc7950360a08701528c61249a565b9160c085015260e084015282810361010084015285612141565b0390a1600854680100000000000000008110156115cb57806001610fee9201600855612db8565b81549060031b907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff86831b921b191617905551902060405190611030826121a8565b858252838201878152604083019086825260608401928352845f526009865260405f20935180519067ffffffffffffffff82116115cb576801000000000000000082116115cb578790611088838854818a5589613e5e565b01855f52875f205f5b83811061168557505050506001840190519081519167ffffffffffffffff83116115cb576801000000000000000083116115cb5787906110d684845481865585613e5e565b01905f52865f205f5b83811061167357505050506002830190518051906801000000000000000082116115cb57869083548385558084106115f8575b5098959801915f52855f205f925b8284106114765750505050600390519101555f906001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016915b815181101561146c576001600160a01b0361117b8284612ac8565b51166111878289612ac8565b516111928388612ac8565b518051878201517fffffffff0000000000000000000000000000000000000000000000000000000081169160048110611437575b5050868414806113ec575b156112f057507f35a0d56f00000000000000000000000000000000000000000000000000000000915b806112c55750915f806112be937fffffffff000000000000000000000000000000000000000000000000000000006112ab60248c8960019b9a51908160041082600418028218908361124c8385613d6e565b928061127061125a866121e7565b9561126860405197886121c4565b8087526121e7565b95601f19848701970136883703920101835e6040519586938401971687525180918484015e810186838201520301601f1981018352826121c4565b5190845afa6112b8613219565b916141fc565b5001611160565b7fdf0089fd000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b6001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168414806113a1575b1561134f57507fc97ff14800000000000000000000000000000000000000000000000000000000916111fa565b7fffffffff0000000000000000000000000000000000000000000000000000000090847fde1834f2000000000000000000000000000000000000000000000000000000005f526004521660245260445ffd5b507f16141e91000000000000000000000000000000000000000000000000000000007fffffffff00000000000000000000000000000000000000000000000000000000821614611322565b507f273f4940000000000000000000000000000000000000000000000000000000007fffffffff000000000000000000000000000000000000000000000000000000008216146111d1565b7fffffffff000000000000000000000000000000000000000000000000000000009250829060040360031b1b16168b806111c6565b8386604051908152f35b8099969951805167ffffffffffffffff81116115cb578991611498855461257d565b601f8111611592575b508290601f831160011461150a579180600195928695945f926114ff575b50507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff82861b9260031b1c19161785555b01920193019290989598611120565b015190505f806114bf565b939190601f19821690865f52845f20915f5b81811061157a575091839160019788979695889510611543575b505050811b0185556114f0565b01517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff60f88460031b161c191690555f8080611536565b8783015184558e96600190940193928301920161151c565b6115bb90865f52845f20601f850160051c8101918686106115c1575b601f0160051c0190613e48565b8e6114a1565b90915081906115ae565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b845f5283835f2091820191015b8181106116125750611112565b600191929350611622815461257d565b80611633575b500190889291611605565b601f8111831461164857505f81555b8d611628565b61166390825f5283601f8d5f20920160051c82019101613e48565b805f525f8a812081835555611642565b825182820155918801916001016110df565b82516001600160a01b03168282015591890191600101611091565b806116bc88601f19856001969798999a9b030187528951612141565b97019301930191939290610f65565b6060828288010152018890610efe565b84897f6dfcc650000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b6117448361171881612ddd565b907f31b75e4d000000000000000000000000000000000000000000000000000000005f52600452612531565b5f60445260645ffd5b8651907f447b05d0000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b508015610da1565b508651811415610d9a565b7fc242ee16000000000000000000000000000000000000000000000000000000005f5233600452602452600160445260645ffd5b90508281813d83116117ee575b6117df81836121c4565b810103126102d5575186610d6c565b503d6117d5565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b7fd9b39557000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b346102d55760606003193601126102d55761186761253f565b60443567ffffffffffffffff81116102d55760209161189761189061033a93369060040161254f565b3691612203565b604051916118a585846121c4565b5f8352336004356135f7565b346102d55760806003193601126102d5576118ca61253f565b60443567ffffffffffffffff81116102d5576118ea90369060040161254f565b6064359267ffffffffffffffff84116102d55761191c61033a936119146020963690600401612239565b933691612203565b90336004356135f7565b346102d55760c06003193601126102d55760043561194261253f565b9061194b612192565b9160643567ffffffffffffffff81116102d55761196c90369060040161254f565b939060843567ffffffffffffffff81116102d55761198e903690600401612239565b9460a43567ffffffffffffffff81116102d5576119af903690600401612239565b611a646119d6856001600160a01b03165f52600260205260405f2080549060018201905590565b91611a5e6119e5368688612203565b602081519101208a5160208c01206040519060208201927f3e83946653575f9a39005e1545185629e92736b7528ab20ca3816f315424a81184528c604084015260ff8c1660608401526001600160a01b038b169788608085015260a084015260c083015260e082015260e08152610a61610100826121c4565b86613509565b15610aa357602061033a88888888611a7d36898b612203565b926135f7565b346102d55760406003193601126102d557602061033a611aa161253f565b604051611aae84826121c4565b5f8152604051916118a585846121c4565b346102d5575f6003193601126102d55761058c604051611ae06040826121c4565b600181527f31000000000000000000000000000000000000000000000000000000000000006020820152604051918291602083526020830190612141565b346102d55760206003193601126102d5576004355f526007602052606060405f20805490600260018201549101549060405192835260208301526040820152f35b346102d5575f6003193601126102d55761058c611b7a613004565b604051918291602083526020830190612141565b346102d5575f6003193601126102d55760206040516001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168152f35b346102d557602061033a611be4366123b9565b92919091612e6a565b346102d55760406003193601126102d557611c0661217c565b6004355f5260076020526001600160a01b03600360405f200191165f52602052602060ff60405f2054166040519015158152f35b346102d55760206003193601126102d5576004355f5260096020526102d360405f20600381015490611c6b81612930565b90611c7d60026102c660018401612983565b91612e6a565b346102d55760206003193601126102d557611c9f600435612ddd565b6040516008821015611cb2576020918152f35b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b346102d5575f6003193601126102d55760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b346102d5575f6003193601126102d55760206040517f3e83946653575f9a39005e1545185629e92736b7528ab20ca3816f315424a8118152f35b346102d55760206003193601126102d557611db4611d72600435612db8565b90549060031b1c611dc2611d8582612a2f565b9392959091611da6604051978897885260a0602089015260a088019061242b565b908682036040880152612467565b90848203606086015261249a565b9060808301520390f35b346102d55760206003193601126102d5576004355f526004602052602065ffffffffffff60405f205460a01c16604051908152f35b602061033a611e0f366123b9565b92919091612b09565b346102d55760206003193601126102d55761058c611e37600435612a2f565b90604094929451948594856124f2565b346102d557602061033a611e5a366123b9565b9291909161266e565b346102d55760806003193601126102d557611e7c612166565b50611e8561217c565b5060643567ffffffffffffffff81116102d557611ea6903690600401612239565b506001600160a01b03600a5416300361002e5760206040517f150b7a02000000000000000000000000000000000000000000000000000000008152f35b346102d55760206003193601126102d5576004355f52600460205260206001600160a01b0360405f205416604051908152f35b346102d5575f6003193601126102d55760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b346102d5575f6003193601126102d5576040515f600354611f708161257d565b8084529060018116908115611ff65750600114611f98575b61058c83611b7a818503826121c4565b60035f9081527fc2575a0e9e593c00f959f8c92f12db2869c3395a3b0502d05e2516446f71f85b939250905b808210611fdc57509091508101602001611b7a611f88565b919260018160209254838588010152019101909291611fc4565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff001660208086019190915291151560051b84019091019150611b7a9050611f88565b346102d5575f6003193601126102d55760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b346102d55760206003193601126102d557600435907fffffffff0000000000000000000000000000000000000000000000000000000082168092036102d557817f65455a860000000000000000000000000000000000000000000000000000000060209314908115612117575b81156120ed575b5015158152f35b7f01ffc9a700000000000000000000000000000000000000000000000000000000915014836120e6565b7f4e2312e000000000000000000000000000000000000000000000000000000000811491506120df565b90601f19601f602080948051918291828752018686015e5f8582860101520116010190565b600435906001600160a01b03821682036102d557565b602435906001600160a01b03821682036102d557565b604435906001600160a01b03821682036102d557565b6080810190811067ffffffffffffffff8211176115cb57604052565b90601f601f19910116810190811067ffffffffffffffff8211176115cb57604052565b67ffffffffffffffff81116115cb57601f01601f191660200190565b92919261220f826121e7565b9161221d60405193846121c4565b8294818452818301116102d5578281602093845f960137010152565b9080601f830112156102d55781602061225493359101612203565b90565b67ffffffffffffffff81116115cb5760051b60200190565b9080601f830112156102d55781359061228782612257565b9261229560405194856121c4565b82845260208085019360051b8201019182116102d557602001915b8183106122bd5750505090565b82356001600160a01b03811681036102d5578152602092830192016122b0565b9080601f830112156102d55781356122f481612257565b9261230260405194856121c4565b81845260208085019260051b8201019283116102d557602001905b82821061232a5750505090565b813581526020918201910161231d565b9080601f830112156102d557813561235181612257565b9261235f60405194856121c4565b81845260208085019260051b820101918383116102d55760208201905b83821061238b57505050505090565b813567ffffffffffffffff81116102d5576020916123ae87848094880101612239565b81520191019061237c565b60806003198201126102d55760043567ffffffffffffffff81116102d557816123e49160040161226f565b9160243567ffffffffffffffff81116102d55782612404916004016122dd565b916044359067ffffffffffffffff82116102d5576124249160040161233a565b9060643590565b90602080835192838152019201905f5b8181106124485750505090565b82516001600160a01b031684526020938401939092019160010161243b565b90602080835192838152019201905f5b8181106124845750505090565b8251845260209384019390920191600101612477565b9080602083519182815201916020808360051b8301019401925f915b8383106124c557505050505090565b90919293946020806124e383601f1986600196030187528951612141565b970193019301919392906124b6565b94939261251e60609361251061252c9460808a5260808a019061242b565b9088820360208a0152612467565b90868203604088015261249a565b930152565b6008811015611cb257602452565b6024359060ff821682036102d557565b9181601f840112156102d55782359167ffffffffffffffff83116102d557602083818601950101116102d557565b90600182811c921680156125c4575b602083101461259757565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b91607f169161258c565b5f92918154916125dd8361257d565b808352926001811690811561263257506001146125f957505050565b5f9081526020812093945091925b838310612618575060209250010190565b600181602092949394548385870101520191019190612607565b905060209495507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0091509291921683830152151560051b010190565b92909161267d82828587613248565b93612689601086613327565b505f936001600160a01b03600a5416604051947ff27a0c92000000000000000000000000000000000000000000000000000000008652602086600481855afa95861561049f575f966128fc575b507fffffffffffffffffffffffffffffffffffffffff0000000000000000000000003060601b161890602060405180927fb1c5f427000000000000000000000000000000000000000000000000000000008252818061273b878b8a8c60048601613ab3565b03915afa90811561049f575f916128ca575b50875f52600b60205260405f20556001600160a01b03600a541690813b156102d5575f80946127bb926127df6127cd98604051998a98899788967f8f2a0bb000000000000000000000000000000000000000000000000000000000885260c0600489015260c488019061242b565b90600319878303016024880152612467565b9060031985830301604486015261249a565b9083606484015260848301528860a483015203925af1801561049f576128b3575b5061281a61281565ffffffffffff9242612dd0565b613f27565b1690811561288b577f9a2e42fd6722813d69113e7d0079d3d940171428df7373df9c7f7617cfda28929160016040838682955260046020522001817fffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000008254161790558151908482526020820152a190565b807f90884a460000000000000000000000000000000000000000000000000000000060049252fd5b6128c09192505f906121c4565b5f9061281a612800565b90506020813d6020116128f4575b816128e5602093836121c4565b810103126102d557515f61274d565b3d91506128d8565b9095506020813d602011612928575b81612918602093836121c4565b810103126102d55751945f6126d6565b3d915061290b565b90604051918281549182825260208201905f5260205f20925f5b81811061296157505061295f925003836121c4565b565b84546001600160a01b031683526001948501948794506020909301920161294a565b90604051918281549182825260208201905f5260205f20925f5b8181106129b257505061295f925003836121c4565b845483526001948501948794506020909301920161299d565b9081546129d781612257565b926129e560405194856121c4565b81845260208401905f5260205f205f915b838310612a035750505050565b600160208192604051612a2181612a1a81896125ce565b03826121c4565b8152019201920191906129f6565b805f52600960205260405f209160405190612a49826121a8565b612a5284612930565b8252612a6060018501612983565b91602081019283526003612a76600287016129cb565b9560408301968752015493606082019480865215612a9d5750519151935192519193929190565b7f6ad06075000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b8051821015612adc5760209160051b010190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b9190612b1784838386613248565b93602092612b26603087613327565b505f92865f526004855260405f207e010000000000000000000000000000000000000000000000000000000000007fff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8254161790556001600160a01b03600a54163003612ca8575b6001600160a01b03600a541690813b156102d5575f93612c05604051988995869485947fe38335e50000000000000000000000000000000000000000000000000000000086527fffffffffffffffffffffffffffffffffffffffff0000000000000000000000003060601b16189260048601613ab3565b039134905af192831561049f577f712ae1383f79ac853f8d882153778e0260ef8f03b504e2866e0593e04d2b291f93612c95575b50838152600b82526040812055306001600160a01b03600a5416141580612c73575b612c6a575b604051838152a190565b5f600555612c60565b506005546fffffffffffffffffffffffffffffffff81169060801c1415612c5b565b612ca191505f906121c4565b5f80612c39565b95915f9793919594975b8551811015612daa57306001600160a01b03612cce8389612ac8565b511614612cde575b600101612cb2565b612ce88188612ac8565b51898151910120600554908160801c6fffffffffffffffffffffffffffffffff6001820193166fffffffffffffffffffffffffffffffff841614612d995790612d4f60019493926fffffffffffffffffffffffffffffffff165f52600660205260405f2090565b556fffffffffffffffffffffffffffffffff7fffffffffffffffffffffffffffffffff00000000000000000000000000000000806005549360801b16169116176005559050612cd6565b60418c634e487b715f52526024601cfd5b509195969394909296612b8e565b600854811015612adc5760085f5260205f2001905f90565b919082018092116117f557565b612de68161339d565b906008821015611cb25760048203612e3857612e04612e2b916131d2565b7f000000000000000000000000000000000000000000000000000000000000000090612dd0565b4211156122545750600690565b60058203612e6657612e61612e2b915f52600460205265ffffffffffff600160405f2001541690565b612e04565b5090565b91929092612e7a82828686613248565b935f94612e88600182613327565b505f5260046020526001600160a01b0360405f2054163303612fd857612ead93613248565b906040612ebb603b84613327565b50825f526004602052805f207f01000000000000000000000000000000000000000000000000000000000000007effffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8254161790557f789cf55be980739dad1d0699b93b58e806b51c9d96619bfa8fe0a28abaa7b30c60208251858152a1825f52600b602052805f205480612f4f575b50505090565b6001600160a01b03600a541690813b156102d5575f9160248392855194859384927fc4d252f500000000000000000000000000000000000000000000000000000000845260048401525af18015612fce57612fb9575b50828252600b6020528120555f8080612f49565b612fc69192505f906121c4565b5f905f612fa5565b82513d5f823e3d90fd5b7f233d98e3000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b6040517f4bf5d7e90000000000000000000000000000000000000000000000000000000081525f816004816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa5f91816130a4575b5061225457506040516130776040826121c4565b601d81527f6d6f64653d626c6f636b6e756d6265722666726f6d3d64656661756c74000000602082015290565b9091503d805f833e6130b681836121c4565b8101906020818303126102d55780519067ffffffffffffffff82116102d5570181601f820112156102d5578051906130ed826121e7565b926130fb60405194856121c4565b828452602083830101116102d557815f9260208093018386015e83010152905f613063565b6040517f91ddadf40000000000000000000000000000000000000000000000000000000081526020816004816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa5f918161318f575b50612254575061225443613f27565b9091506020813d6020116131ca575b816131ab602093836121c4565b810103126102d5575165ffffffffffff811681036102d557905f613180565b3d915061319e565b805f52600460205265ffffffffffff60405f205460a01c16905f52600460205263ffffffff60405f205460d01c160165ffffffffffff81116117f55765ffffffffffff1690565b3d15613243573d9061322a826121e7565b9161323860405193846121c4565b82523d5f602084013e565b606090565b9290613262613270926040519485936020850197886124f2565b03601f1981018352826121c4565b51902090565b604051907f8e539e8c00000000000000000000000000000000000000000000000000000000825260048201526020816024816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa90811561049f575f916132f5575b50600281018091116117f5576003900490565b90506020813d60201161331f575b81613310602093836121c4565b810103126102d557515f6132e2565b3d9150613303565b9061333182612ddd565b916008831015611cb25781600160ff85161b161561334e57505090565b7f31b75e4d000000000000000000000000000000000000000000000000000000005f5260045261337d82612531565b60445260645ffd5b908160209103126102d5575180151581036102d55790565b6133a681613adc565b6008811015611cb257600581036134c357505f52600b60205260405f20546001600160a01b03600a5416906040517f584b153e000000000000000000000000000000000000000000000000000000008152816004820152602081602481865afa90811561049f575f916134a4575b5015613421575050600590565b6020906024604051809481937f2ab0f52900000000000000000000000000000000000000000000000000000000835260048301525afa90811561049f575f91613475575b501561347057600790565b600290565b613497915060203d60201161349d575b61348f81836121c4565b810190613385565b5f613465565b503d613485565b6134bd915060203d60201161349d5761348f81836121c4565b5f613414565b905090565b6042906134d3613c1e565b90604051917f19010000000000000000000000000000000000000000000000000000000000008352600283015260228201522090565b9190823b613544579061351b91613d34565b506004811015611cb25715918261353157505090565b6001600160a01b03919250811691161490565b915f92613262613593859460405192839160208301957f1626ba7e0000000000000000000000000000000000000000000000000000000087526024840152604060448401526064830190612141565b51915afa61359f613219565b816135e9575b816135ae575090565b80516020808301935090820191909103126102d557517f1626ba7e000000000000000000000000000000000000000000000000000000001490565b9050602081511015906135a5565b9392919093613607600282613327565b50805f52600460205265ffffffffffff60405f205460a01c16936001600160a01b03604051967f3a46b1a8000000000000000000000000000000000000000000000000000000008852169485600488015260248701526020866044816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa95861561049f575f9661387b575b50851561384f57815f52600760205260405f209260038401865f528060205260ff60405f205416613823579060ff91875f5260205260405f2060017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00825416179055169283155f146137c857613714878254612dd0565b90555b805161376d57506137677fb8e138887d0aa13bab447e82de9d5c1777041ecd21ca36ba824ff1e6c07ddda49360405193849384526020840152866040840152608060608401526080830190612141565b0390a290565b613767906137ba7fe2babfbac5889a709b63bb7f598b324e08bc5a4fb9ec647fb3cbc9ec07eb8712956040519586958652602086015288604086015260a0606086015260a0850190612141565b908382036080850152612141565b600184036137e5576001016137de878254612dd0565b9055613717565b600284036137fb576002016137de878254612dd0565b7f06b337c2000000000000000000000000000000000000000000000000000000005f5260045ffd5b867f71c6af49000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b847fb41ade59000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b9095506020813d6020116138a7575b81613897602093836121c4565b810103126102d55751945f61369d565b3d915061388a565b90805160348110613963577f2370726f706f7365723d000000000000000000000000000000000000000000007fffffffffffffffffffff000000000000000000000000000000000000000000007fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec8385010151160361396357613955917fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd6820190613d7b565b901591821561353157505090565b505050600190565b6001600160a01b03600a5416338103613a7a57300361398657565b61398f366121e7565b61399c60405191826121c4565b3681526020810190365f83375f602036830101525190205b6005546fffffffffffffffffffffffffffffffff81169060801c8114613a6857806fffffffffffffffffffffffffffffffff6001613a0d85946fffffffffffffffffffffffffffffffff165f52600660205260405f2090565b54925f613a34826fffffffffffffffffffffffffffffffff165f52600660205260405f2090565b5501167fffffffffffffffffffffffffffffffff000000000000000000000000000000006005541617600555036139b45750565b634e487b715f5260316020526024601cfd5b7f47096e47000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b90919061295f5750613f6f565b94939261251e608093612510613ad19460a08a5260a08a019061242b565b935f60608201520152565b805f52600460205260405f205460ff8160f01c16613c175760f81c613c1157805f52600460205265ffffffffffff60405f205460a01c168015613be55765ffffffffffff613b28613120565b1680911015613bdf57613b3a826131d2565b10613b455750600190565b805f52600760205260405f20815f526004602052613b85613b7465ffffffffffff60405f205460a01c16613276565b916002600182015491015490612dd0565b108015613bc4575b15613b985750600390565b613bb6905f52600460205265ffffffffffff600160405f2001541690565b613bbf57600490565b600590565b50805f52600760205260405f20600181015490541015613b8d565b50505f90565b507f6ad06075000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b50600290565b5050600790565b6001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016301480613d0b575b15613c79577f000000000000000000000000000000000000000000000000000000000000000090565b60405160208101907f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f82527f000000000000000000000000000000000000000000000000000000000000000060408201527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a082015260a0815261327060c0826121c4565b507f00000000000000000000000000000000000000000000000000000000000000004614613c50565b8151919060418303613d6457613d5d9250602082015190606060408401519301515f1a90613fa6565b9192909190565b50505f9160029190565b919082039182116117f557565b805183118015613e3f575b613de557600182018083116117f557831180613dee575b158015908160011b91820460021417156117f557602801806028116117f557613dc68385613d6e565b03613de55791613ddf916001600160a01b039493614028565b90921690565b5050505f905f90565b507f30780000000000000000000000000000000000000000000000000000000000007fffff000000000000000000000000000000000000000000000000000000000000602084840101511614613d9d565b50828211613d86565b818110613e53575050565b5f8155600101613e48565b91818110613e6b57505050565b61295f925f5260205f209182019101613e48565b60ff8114613ede5760ff811690601f8211613eb65760405191613ea36040846121c4565b6020808452838101919036833783525290565b7fb3512b0c000000000000000000000000000000000000000000000000000000005f5260045ffd5b5060405161225481612a1a815f6125ce565b60ff8114613f145760ff811690601f8211613eb65760405191613ea36040846121c4565b5060405161225481612a1a8160016125ce565b65ffffffffffff8111613f3f5765ffffffffffff1690565b7f6dfcc650000000000000000000000000000000000000000000000000000000005f52603060045260245260445ffd5b805115613f7e57805190602001fd5b7fd6bda275000000000000000000000000000000000000000000000000000000005f5260045ffd5b91907f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0841161401d579160209360809260ff5f9560405194855216868401526040830152606082015282805260015afa1561049f575f516001600160a01b0381161561401357905f905f90565b505f906001905f90565b5050505f9160039190565b929092600184018085116117f5578311806140df575b158015908160011b91820460021417156117f557614061905f9492939495612dd0565b915b8183106140735750505060019190565b9092919360ff6140aa7fff000000000000000000000000000000000000000000000000000000000000006020888601015116614130565b16600f81116140d4578160041b91808304601014901517156117f557600191019401919290614063565b505f94508493505050565b507f30780000000000000000000000000000000000000000000000000000000000007fffff00000000000000000000000000000000000000000000000000000000000060208684010151161461403e565b60f81c602f8111806141f2575b1561416a577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd00160ff1690565b60608111806141e8575b156141a1577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa90160ff1690565b60408111806141de575b156141d8577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc90160ff1690565b5060ff90565b50604781106141ab565b5060678110614174565b50603a811061413d565b906142075750613f6f565b8151158061424d575b614218575090565b6001600160a01b03907f9996b315000000000000000000000000000000000000000000000000000000005f521660045260245ffd5b50803b1561421056",
  "runtimeCode": "0x6080806040526004361015610056575b50361561001a575f80fd5b6001600160a01b03600a5416300361002e57005b7fe90a651e000000000000000000000000000000000000000000000000000000005f5260045ffd5b5f3560e01c90816301ffc9a7146120725750806302a251a31461203857806306fdde0314611f50578063137d29d914611f16578063143489d014611ee3578063150b7a0214611e63578063160cbed714611e4757806316e9eaec14611e185780632656227d14611e015780632d63f69314611dcc5780632e82db9414611d535780632fe3e26114611d195780633932abb114611cdf5780633e4f49e614611c8357806340e58ee514611c3a5780634385963214611bed578063452115d614611bd1578063484bcb4714611b8e5780634bf5d7e914611b5f578063544ffc9c14611b1e57806354fd4d5014611abf5780635678138814611a835780635b8d0e0d146119265780635f398a14146118b15780637b3c71d31461184e5780637d5e81e214610bef5780637ecebe0014610bb757806384b0196e14610ace5780638ff262e31461099257806391ddadf4146109685780639a802a6d14610874578063a890c910146107e4578063a9a95294146107c8578063ab58fb8e14610795578063b58131b01461077a578063bc197c81146106b8578063c01f9e371461069a578063c28bc2fa14610632578063c59057e414610616578063d33219b4146105f0578063d3a8388f146105ad578063da35c66414610590578063dd4e2ba51461052d578063ddf0b009146104e4578063deaaa7cc146104aa578063eb9019d4146103c2578063f23a6e6114610342578063f8ce560a1461031c578063fc0c546a146102d95763fe0d94c114610288575f61000f565b60206003193601126102d5576004355f5260096020526102d360405f206003810154906102b481612930565b906102cd60026102c660018401612983565b92016129cb565b91612b09565b005b5f80fd5b346102d5575f6003193601126102d55760206040516001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168152f35b346102d55760206003193601126102d557602061033a600435613276565b604051908152f35b346102d55760a06003193601126102d55761035b612166565b5061036461217c565b5060843567ffffffffffffffff81116102d557610385903690600401612239565b506001600160a01b03600a5416300361002e5760206040517ff23a6e61000000000000000000000000000000000000000000000000000000008152f35b346102d55760406003193601126102d5576103db612166565b6020905f6040516103ec84826121c4565b526001600160a01b03604051917f3a46b1a8000000000000000000000000000000000000000000000000000000008352166004820152602435602482015281816044816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa90811561049f575f91610472575b50604051908152f35b90508181813d8311610498575b61048981836121c4565b810103126102d5575182610469565b503d61047f565b6040513d5f823e3d90fd5b346102d5575f6003193601126102d55760206040517ff2aad550cf55f045cb27e9c559f9889fdfb6e6cdaa032301d6ea397784ae51d78152f35b346102d55760206003193601126102d5576004355f5260096020526102d360405f2060038101549061051581612930565b9061052760026102c660018401612983565b9161266e565b346102d5575f6003193601126102d55761058c60405161054e6040826121c4565b602081527f737570706f72743d627261766f2671756f72756d3d666f722c6162737461696e6020820152604051918291602083526020830190612141565b0390f35b346102d5575f6003193601126102d5576020600854604051908152f35b346102d5575f6003193601126102d55760206040516001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168152f35b346102d5575f6003193601126102d55760206001600160a01b03600a5416604051908152f35b346102d557602061033a610629366123b9565b92919091613248565b60606003193601126102d557610646612166565b6044359067ffffffffffffffff82116102d5575f809161066d6102d394369060040161254f565b9061067661396b565b81604051928392833781018481520391602435905af1610694613219565b90613aa6565b346102d55760206003193601126102d557602061033a6004356131d2565b346102d55760a06003193601126102d5576106d1612166565b506106da61217c565b5060443567ffffffffffffffff81116102d5576106fb9036906004016122dd565b5060643567ffffffffffffffff81116102d55761071c9036906004016122dd565b5060843567ffffffffffffffff81116102d55761073d903690600401612239565b506001600160a01b03600a5416300361002e5760206040517fbc197c81000000000000000000000000000000000000000000000000000000008152f35b346102d5575f6003193601126102d557602060405160018152f35b346102d55760206003193601126102d557602061033a6004355f52600460205265ffffffffffff600160405f2001541690565b346102d55760206003193601126102d557602060405160018152f35b346102d55760206003193601126102d5576004356001600160a01b0381168091036102d55761081161396b565b7fffffffffffffffffffffffff0000000000000000000000000000000000000000600a547f08f74ea46ef7894f65eabfb5e6e695de773a000b47c529ab559178069b226401604080516001600160a01b0384168152856020820152a11617600a55005b346102d55760606003193601126102d55761088d612166565b60443567ffffffffffffffff81116102d5576108ad903690600401612239565b506001600160a01b03604051917f3a46b1a800000000000000000000000000000000000000000000000000000000835216600482015260243560248201526020816044816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa801561049f575f90610935575b602090604051908152f35b506020813d602011610960575b8161094f602093836121c4565b810103126102d5576020905161092a565b3d9150610942565b346102d5575f6003193601126102d5576020610982613120565b65ffffffffffff60405191168152f35b346102d55760806003193601126102d5576004356109ae61253f565b6109b6612192565b9060643567ffffffffffffffff81116102d5576109d7903690600401612239565b610a6f6109fe846001600160a01b03165f52600260205260405f2080549060018201905590565b91610a6960405160208101907ff2aad550cf55f045cb27e9c559f9889fdfb6e6cdaa032301d6ea397784ae51d7825288604082015260ff871660608201526001600160a01b0388169586608083015260a082015260a08152610a6160c0826121c4565b5190206134c8565b85613509565b15610aa357602061033a85858560405191610a8a86846121c4565b5f835260405193610a9b87866121c4565b5f85526135f7565b7f94ab6c07000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b346102d5575f6003193601126102d557610b89610b0a7f0000000000000000000000000000000000000000000000000000000000000000613e7f565b61058c610b367f0000000000000000000000000000000000000000000000000000000000000000613ef0565b610b9760405191610b486020846121c4565b5f83525f3681376040519586957f0f00000000000000000000000000000000000000000000000000000000000000875260e0602088015260e0870190612141565b908582036040870152612141565b904660608501523060808501525f60a085015283820360c0850152612467565b346102d55760206003193601126102d5576001600160a01b03610bd8612166565b165f526002602052602060405f2054604051908152f35b346102d55760806003193601126102d55760043567ffffffffffffffff81116102d557610c2090369060040161226f565b60243567ffffffffffffffff81116102d557610c409036906004016122dd565b9060443567ffffffffffffffff81116102d557610c6190369060040161233a565b60643567ffffffffffffffff81116102d557366023820112156102d557610c92903690602481600401359101612203565b610c9c81336138af565b15611822577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff65ffffffffffff610cd1613120565b16019065ffffffffffff82116117f5576020915f604051610cf285826121c4565b5265ffffffffffff604051917f3a46b1a800000000000000000000000000000000000000000000000000000000835233600484015216602482015282816044816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa90811561049f575f916117c8575b506001811061179457508051610d89838301918220858888613248565b918551875190818114801590611789575b8015611781575b61174d575050825f526004845265ffffffffffff60405f205460a01c1661170b57610dfc610dcd613120565b65ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000009116612dd0565b7f000000000000000000000000000000000000000000000000000000000000000090845f526004865260405f20337fffffffffffffffffffffffff0000000000000000000000000000000000000000825416178155610e5a82613f27565b815463ffffffff85116116db577fffff00000000000000000000ffffffffffffffffffffffffffffffffffffffff79ffffffffffff00000000000000000000000000000000000000007dffffffff00000000000000000000000000000000000000000000000000008760d01b169360a01b16911617179055875191601f19610efa610ee485612257565b94610ef260405196876121c4565b808652612257565b01875f5b8281106116cb57505050610f129082612dd0565b6040519286845233888501526101206040850152610f45610f3761012086018c61242b565b85810360608701528c612467565b84810360808601528151808252898201918a808360051b8301019401925f915b8c8484106116a05750505050505083928392610fad837f7d84a6263ae0d98d3329bd7b46bb4e8d6f98cd35a7adb45c274c8b7fd5ebd5e097610fc7950360a08701528c61249a565b9160c085015260e084015282810361010084015285612141565b0390a1600854680100000000000000008110156115cb57806001610fee9201600855612db8565b81549060031b907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff86831b921b191617905551902060405190611030826121a8565b858252838201878152604083019086825260608401928352845f526009865260405f20935180519067ffffffffffffffff82116115cb576801000000000000000082116115cb578790611088838854818a5589613e5e565b01855f52875f205f5b83811061168557505050506001840190519081519167ffffffffffffffff83116115cb576801000000000000000083116115cb5787906110d684845481865585613e5e565b01905f52865f205f5b83811061167357505050506002830190518051906801000000000000000082116115cb57869083548385558084106115f8575b5098959801915f52855f205f925b8284106114765750505050600390519101555f906001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016915b815181101561146c576001600160a01b0361117b8284612ac8565b51166111878289612ac8565b516111928388612ac8565b518051878201517fffffffff0000000000000000000000000000000000000000000000000000000081169160048110611437575b5050868414806113ec575b156112f057507f35a0d56f00000000000000000000000000000000000000000000000000000000915b806112c55750915f806112be937fffffffff000000000000000000000000000000000000000000000000000000006112ab60248c8960019b9a51908160041082600418028218908361124c8385613d6e565b928061127061125a866121e7565b9561126860405197886121c4565b8087526121e7565b95601f19848701970136883703920101835e6040519586938401971687525180918484015e810186838201520301601f1981018352826121c4565b5190845afa6112b8613219565b916141fc565b5001611160565b7fdf0089fd000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b6001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168414806113a1575b1561134f57507fc97ff14800000000000000000000000000000000000000000000000000000000916111fa565b7fffffffff0000000000000000000000000000000000000000000000000000000090847fde1834f2000000000000000000000000000000000000000000000000000000005f526004521660245260445ffd5b507f16141e91000000000000000000000000000000000000000000000000000000007fffffffff00000000000000000000000000000000000000000000000000000000821614611322565b507f273f4940000000000000000000000000000000000000000000000000000000007fffffffff000000000000000000000000000000000000000000000000000000008216146111d1565b7fffffffff000000000000000000000000000000000000000000000000000000009250829060040360031b1b16168b806111c6565b8386604051908152f35b8099969951805167ffffffffffffffff81116115cb578991611498855461257d565b601f8111611592575b508290601f831160011461150a579180600195928695945f926114ff575b50507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff82861b9260031b1c19161785555b01920193019290989598611120565b015190505f806114bf565b939190601f19821690865f52845f20915f5b81811061157a575091839160019788979695889510611543575b505050811b0185556114f0565b01517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff60f88460031b161c191690555f8080611536565b8783015184558e96600190940193928301920161151c565b6115bb90865f52845f20601f850160051c8101918686106115c1575b601f0160051c0190613e48565b8e6114a1565b90915081906115ae565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b845f5283835f2091820191015b8181106116125750611112565b600191929350611622815461257d565b80611633575b500190889291611605565b601f8111831461164857505f81555b8d611628565b61166390825f5283601f8d5f20920160051c82019101613e48565b805f525f8a812081835555611642565b825182820155918801916001016110df565b82516001600160a01b03168282015591890191600101611091565b806116bc88601f19856001969798999a9b030187528951612141565b97019301930191939290610f65565b6060828288010152018890610efe565b84897f6dfcc650000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b6117448361171881612ddd565b907f31b75e4d000000000000000000000000000000000000000000000000000000005f52600452612531565b5f60445260645ffd5b8651907f447b05d0000000000000000000000000000000000000000000000000000000005f5260045260245260445260645ffd5b508015610da1565b508651811415610d9a565b7fc242ee16000000000000000000000000000000000000000000000000000000005f5233600452602452600160445260645ffd5b90508281813d83116117ee575b6117df81836121c4565b810103126102d5575186610d6c565b503d6117d5565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b7fd9b39557000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b346102d55760606003193601126102d55761186761253f565b60443567ffffffffffffffff81116102d55760209161189761189061033a93369060040161254f565b3691612203565b604051916118a585846121c4565b5f8352336004356135f7565b346102d55760806003193601126102d5576118ca61253f565b60443567ffffffffffffffff81116102d5576118ea90369060040161254f565b6064359267ffffffffffffffff84116102d55761191c61033a936119146020963690600401612239565b933691612203565b90336004356135f7565b346102d55760c06003193601126102d55760043561194261253f565b9061194b612192565b9160643567ffffffffffffffff81116102d55761196c90369060040161254f565b939060843567ffffffffffffffff81116102d55761198e903690600401612239565b9460a43567ffffffffffffffff81116102d5576119af903690600401612239565b611a646119d6856001600160a01b03165f52600260205260405f2080549060018201905590565b91611a5e6119e5368688612203565b602081519101208a5160208c01206040519060208201927f3e83946653575f9a39005e1545185629e92736b7528ab20ca3816f315424a81184528c604084015260ff8c1660608401526001600160a01b038b169788608085015260a084015260c083015260e082015260e08152610a61610100826121c4565b86613509565b15610aa357602061033a88888888611a7d36898b612203565b926135f7565b346102d55760406003193601126102d557602061033a611aa161253f565b604051611aae84826121c4565b5f8152604051916118a585846121c4565b346102d5575f6003193601126102d55761058c604051611ae06040826121c4565b600181527f31000000000000000000000000000000000000000000000000000000000000006020820152604051918291602083526020830190612141565b346102d55760206003193601126102d5576004355f526007602052606060405f20805490600260018201549101549060405192835260208301526040820152f35b346102d5575f6003193601126102d55761058c611b7a613004565b604051918291602083526020830190612141565b346102d5575f6003193601126102d55760206040516001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168152f35b346102d557602061033a611be4366123b9565b92919091612e6a565b346102d55760406003193601126102d557611c0661217c565b6004355f5260076020526001600160a01b03600360405f200191165f52602052602060ff60405f2054166040519015158152f35b346102d55760206003193601126102d5576004355f5260096020526102d360405f20600381015490611c6b81612930565b90611c7d60026102c660018401612983565b91612e6a565b346102d55760206003193601126102d557611c9f600435612ddd565b6040516008821015611cb2576020918152f35b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b346102d5575f6003193601126102d55760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b346102d5575f6003193601126102d55760206040517f3e83946653575f9a39005e1545185629e92736b7528ab20ca3816f315424a8118152f35b346102d55760206003193601126102d557611db4611d72600435612db8565b90549060031b1c611dc2611d8582612a2f565b9392959091611da6604051978897885260a0602089015260a088019061242b565b908682036040880152612467565b90848203606086015261249a565b9060808301520390f35b346102d55760206003193601126102d5576004355f526004602052602065ffffffffffff60405f205460a01c16604051908152f35b602061033a611e0f366123b9565b92919091612b09565b346102d55760206003193601126102d55761058c611e37600435612a2f565b90604094929451948594856124f2565b346102d557602061033a611e5a366123b9565b9291909161266e565b346102d55760806003193601126102d557611e7c612166565b50611e8561217c565b5060643567ffffffffffffffff81116102d557611ea6903690600401612239565b506001600160a01b03600a5416300361002e5760206040517f150b7a02000000000000000000000000000000000000000000000000000000008152f35b346102d55760206003193601126102d5576004355f52600460205260206001600160a01b0360405f205416604051908152f35b346102d5575f6003193601126102d55760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b346102d5575f6003193601126102d5576040515f600354611f708161257d565b8084529060018116908115611ff65750600114611f98575b61058c83611b7a818503826121c4565b60035f9081527fc2575a0e9e593c00f959f8c92f12db2869c3395a3b0502d05e2516446f71f85b939250905b808210611fdc57509091508101602001611b7a611f88565b919260018160209254838588010152019101909291611fc4565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff001660208086019190915291151560051b84019091019150611b7a9050611f88565b346102d5575f6003193601126102d55760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b346102d55760206003193601126102d557600435907fffffffff0000000000000000000000000000000000000000000000000000000082168092036102d557817f65455a860000000000000000000000000000000000000000000000000000000060209314908115612117575b81156120ed575b5015158152f35b7f01ffc9a700000000000000000000000000000000000000000000000000000000915014836120e6565b7f4e2312e000000000000000000000000000000000000000000000000000000000811491506120df565b90601f19601f602080948051918291828752018686015e5f8582860101520116010190565b600435906001600160a01b03821682036102d557565b602435906001600160a01b03821682036102d557565b604435906001600160a01b03821682036102d557565b6080810190811067ffffffffffffffff8211176115cb57604052565b90601f601f19910116810190811067ffffffffffffffff8211176115cb57604052565b67ffffffffffffffff81116115cb57601f01601f191660200190565b92919261220f826121e7565b9161221d60405193846121c4565b8294818452818301116102d5578281602093845f960137010152565b9080601f830112156102d55781602061225493359101612203565b90565b67ffffffffffffffff81116115cb5760051b60200190565b9080601f830112156102d55781359061228782612257565b9261229560405194856121c4565b82845260208085019360051b8201019182116102d557602001915b8183106122bd5750505090565b82356001600160a01b03811681036102d5578152602092830192016122b0565b9080601f830112156102d55781356122f481612257565b9261230260405194856121c4565b81845260208085019260051b8201019283116102d557602001905b82821061232a5750505090565b813581526020918201910161231d565b9080601f830112156102d557813561235181612257565b9261235f60405194856121c4565b81845260208085019260051b820101918383116102d55760208201905b83821061238b57505050505090565b813567ffffffffffffffff81116102d5576020916123ae87848094880101612239565b81520191019061237c565b60806003198201126102d55760043567ffffffffffffffff81116102d557816123e49160040161226f565b9160243567ffffffffffffffff81116102d55782612404916004016122dd565b916044359067ffffffffffffffff82116102d5576124249160040161233a565b9060643590565b90602080835192838152019201905f5b8181106124485750505090565b82516001600160a01b031684526020938401939092019160010161243b565b90602080835192838152019201905f5b8181106124845750505090565b8251845260209384019390920191600101612477565b9080602083519182815201916020808360051b8301019401925f915b8383106124c557505050505090565b90919293946020806124e383601f1986600196030187528951612141565b970193019301919392906124b6565b94939261251e60609361251061252c9460808a5260808a019061242b565b9088820360208a0152612467565b90868203604088015261249a565b930152565b6008811015611cb257602452565b6024359060ff821682036102d557565b9181601f840112156102d55782359167ffffffffffffffff83116102d557602083818601950101116102d557565b90600182811c921680156125c4575b602083101461259757565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b91607f169161258c565b5f92918154916125dd8361257d565b808352926001811690811561263257506001146125f957505050565b5f9081526020812093945091925b838310612618575060209250010190565b600181602092949394548385870101520191019190612607565b905060209495507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0091509291921683830152151560051b010190565b92909161267d82828587613248565b93612689601086613327565b505f936001600160a01b03600a5416604051947ff27a0c92000000000000000000000000000000000000000000000000000000008652602086600481855afa95861561049f575f966128fc575b507fffffffffffffffffffffffffffffffffffffffff0000000000000000000000003060601b161890602060405180927fb1c5f427000000000000000000000000000000000000000000000000000000008252818061273b878b8a8c60048601613ab3565b03915afa90811561049f575f916128ca575b50875f52600b60205260405f20556001600160a01b03600a541690813b156102d5575f80946127bb926127df6127cd98604051998a98899788967f8f2a0bb000000000000000000000000000000000000000000000000000000000885260c0600489015260c488019061242b565b90600319878303016024880152612467565b9060031985830301604486015261249a565b9083606484015260848301528860a483015203925af1801561049f576128b3575b5061281a61281565ffffffffffff9242612dd0565b613f27565b1690811561288b577f9a2e42fd6722813d69113e7d0079d3d940171428df7373df9c7f7617cfda28929160016040838682955260046020522001817fffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000008254161790558151908482526020820152a190565b807f90884a460000000000000000000000000000000000000000000000000000000060049252fd5b6128c09192505f906121c4565b5f9061281a612800565b90506020813d6020116128f4575b816128e5602093836121c4565b810103126102d557515f61274d565b3d91506128d8565b9095506020813d602011612928575b81612918602093836121c4565b810103126102d55751945f6126d6565b3d915061290b565b90604051918281549182825260208201905f5260205f20925f5b81811061296157505061295f925003836121c4565b565b84546001600160a01b031683526001948501948794506020909301920161294a565b90604051918281549182825260208201905f5260205f20925f5b8181106129b257505061295f925003836121c4565b845483526001948501948794506020909301920161299d565b9081546129d781612257565b926129e560405194856121c4565b81845260208401905f5260205f205f915b838310612a035750505050565b600160208192604051612a2181612a1a81896125ce565b03826121c4565b8152019201920191906129f6565b805f52600960205260405f209160405190612a49826121a8565b612a5284612930565b8252612a6060018501612983565b91602081019283526003612a76600287016129cb565b9560408301968752015493606082019480865215612a9d5750519151935192519193929190565b7f6ad06075000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b8051821015612adc5760209160051b010190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b9190612b1784838386613248565b93602092612b26603087613327565b505f92865f526004855260405f207e010000000000000000000000000000000000000000000000000000000000007fff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8254161790556001600160a01b03600a54163003612ca8575b6001600160a01b03600a541690813b156102d5575f93612c05604051988995869485947fe38335e50000000000000000000000000000000000000000000000000000000086527fffffffffffffffffffffffffffffffffffffffff0000000000000000000000003060601b16189260048601613ab3565b039134905af192831561049f577f712ae1383f79ac853f8d882153778e0260ef8f03b504e2866e0593e04d2b291f93612c95575b50838152600b82526040812055306001600160a01b03600a5416141580612c73575b612c6a575b604051838152a190565b5f600555612c60565b506005546fffffffffffffffffffffffffffffffff81169060801c1415612c5b565b612ca191505f906121c4565b5f80612c39565b95915f9793919594975b8551811015612daa57306001600160a01b03612cce8389612ac8565b511614612cde575b600101612cb2565b612ce88188612ac8565b51898151910120600554908160801c6fffffffffffffffffffffffffffffffff6001820193166fffffffffffffffffffffffffffffffff841614612d995790612d4f60019493926fffffffffffffffffffffffffffffffff165f52600660205260405f2090565b556fffffffffffffffffffffffffffffffff7fffffffffffffffffffffffffffffffff00000000000000000000000000000000806005549360801b16169116176005559050612cd6565b60418c634e487b715f52526024601cfd5b509195969394909296612b8e565b600854811015612adc5760085f5260205f2001905f90565b919082018092116117f557565b612de68161339d565b906008821015611cb25760048203612e3857612e04612e2b916131d2565b7f000000000000000000000000000000000000000000000000000000000000000090612dd0565b4211156122545750600690565b60058203612e6657612e61612e2b915f52600460205265ffffffffffff600160405f2001541690565b612e04565b5090565b91929092612e7a82828686613248565b935f94612e88600182613327565b505f5260046020526001600160a01b0360405f2054163303612fd857612ead93613248565b906040612ebb603b84613327565b50825f526004602052805f207f01000000000000000000000000000000000000000000000000000000000000007effffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8254161790557f789cf55be980739dad1d0699b93b58e806b51c9d96619bfa8fe0a28abaa7b30c60208251858152a1825f52600b602052805f205480612f4f575b50505090565b6001600160a01b03600a541690813b156102d5575f9160248392855194859384927fc4d252f500000000000000000000000000000000000000000000000000000000845260048401525af18015612fce57612fb9575b50828252600b6020528120555f8080612f49565b612fc69192505f906121c4565b5f905f612fa5565b82513d5f823e3d90fd5b7f233d98e3000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b6040517f4bf5d7e90000000000000000000000000000000000000000000000000000000081525f816004816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa5f91816130a4575b5061225457506040516130776040826121c4565b601d81527f6d6f64653d626c6f636b6e756d6265722666726f6d3d64656661756c74000000602082015290565b9091503d805f833e6130b681836121c4565b8101906020818303126102d55780519067ffffffffffffffff82116102d5570181601f820112156102d5578051906130ed826121e7565b926130fb60405194856121c4565b828452602083830101116102d557815f9260208093018386015e83010152905f613063565b6040517f91ddadf40000000000000000000000000000000000000000000000000000000081526020816004816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa5f918161318f575b50612254575061225443613f27565b9091506020813d6020116131ca575b816131ab602093836121c4565b810103126102d5575165ffffffffffff811681036102d557905f613180565b3d915061319e565b805f52600460205265ffffffffffff60405f205460a01c16905f52600460205263ffffffff60405f205460d01c160165ffffffffffff81116117f55765ffffffffffff1690565b3d15613243573d9061322a826121e7565b9161323860405193846121c4565b82523d5f602084013e565b606090565b9290613262613270926040519485936020850197886124f2565b03601f1981018352826121c4565b51902090565b604051907f8e539e8c00000000000000000000000000000000000000000000000000000000825260048201526020816024816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa90811561049f575f916132f5575b50600281018091116117f5576003900490565b90506020813d60201161331f575b81613310602093836121c4565b810103126102d557515f6132e2565b3d9150613303565b9061333182612ddd565b916008831015611cb25781600160ff85161b161561334e57505090565b7f31b75e4d000000000000000000000000000000000000000000000000000000005f5260045261337d82612531565b60445260645ffd5b908160209103126102d5575180151581036102d55790565b6133a681613adc565b6008811015611cb257600581036134c357505f52600b60205260405f20546001600160a01b03600a5416906040517f584b153e000000000000000000000000000000000000000000000000000000008152816004820152602081602481865afa90811561049f575f916134a4575b5015613421575050600590565b6020906024604051809481937f2ab0f52900000000000000000000000000000000000000000000000000000000835260048301525afa90811561049f575f91613475575b501561347057600790565b600290565b613497915060203d60201161349d575b61348f81836121c4565b810190613385565b5f613465565b503d613485565b6134bd915060203d60201161349d5761348f81836121c4565b5f613414565b905090565b6042906134d3613c1e565b90604051917f19010000000000000000000000000000000000000000000000000000000000008352600283015260228201522090565b9190823b613544579061351b91613d34565b506004811015611cb25715918261353157505090565b6001600160a01b03919250811691161490565b915f92613262613593859460405192839160208301957f1626ba7e0000000000000000000000000000000000000000000000000000000087526024840152604060448401526064830190612141565b51915afa61359f613219565b816135e9575b816135ae575090565b80516020808301935090820191909103126102d557517f1626ba7e000000000000000000000000000000000000000000000000000000001490565b9050602081511015906135a5565b9392919093613607600282613327565b50805f52600460205265ffffffffffff60405f205460a01c16936001600160a01b03604051967f3a46b1a8000000000000000000000000000000000000000000000000000000008852169485600488015260248701526020866044816001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000165afa95861561049f575f9661387b575b50851561384f57815f52600760205260405f209260038401865f528060205260ff60405f205416613823579060ff91875f5260205260405f2060017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00825416179055169283155f146137c857613714878254612dd0565b90555b805161376d57506137677fb8e138887d0aa13bab447e82de9d5c1777041ecd21ca36ba824ff1e6c07ddda49360405193849384526020840152866040840152608060608401526080830190612141565b0390a290565b613767906137ba7fe2babfbac5889a709b63bb7f598b324e08bc5a4fb9ec647fb3cbc9ec07eb8712956040519586958652602086015288604086015260a0606086015260a0850190612141565b908382036080850152612141565b600184036137e5576001016137de878254612dd0565b9055613717565b600284036137fb576002016137de878254612dd0565b7f06b337c2000000000000000000000000000000000000000000000000000000005f5260045ffd5b867f71c6af49000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b847fb41ade59000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b9095506020813d6020116138a7575b81613897602093836121c4565b810103126102d55751945f61369d565b3d915061388a565b90805160348110613963577f2370726f706f7365723d000000000000000000000000000000000000000000007fffffffffffffffffffff000000000000000000000000000000000000000000007fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec8385010151160361396357613955917fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd6820190613d7b565b901591821561353157505090565b505050600190565b6001600160a01b03600a5416338103613a7a57300361398657565b61398f366121e7565b61399c60405191826121c4565b3681526020810190365f83375f602036830101525190205b6005546fffffffffffffffffffffffffffffffff81169060801c8114613a6857806fffffffffffffffffffffffffffffffff6001613a0d85946fffffffffffffffffffffffffffffffff165f52600660205260405f2090565b54925f613a34826fffffffffffffffffffffffffffffffff165f52600660205260405f2090565b5501167fffffffffffffffffffffffffffffffff000000000000000000000000000000006005541617600555036139b45750565b634e487b715f5260316020526024601cfd5b7f47096e47000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b90919061295f5750613f6f565b94939261251e608093612510613ad19460a08a5260a08a019061242b565b935f60608201520152565b805f52600460205260405f205460ff8160f01c16613c175760f81c613c1157805f52600460205265ffffffffffff60405f205460a01c168015613be55765ffffffffffff613b28613120565b1680911015613bdf57613b3a826131d2565b10613b455750600190565b805f52600760205260405f20815f526004602052613b85613b7465ffffffffffff60405f205460a01c16613276565b916002600182015491015490612dd0565b108015613bc4575b15613b985750600390565b613bb6905f52600460205265ffffffffffff600160405f2001541690565b613bbf57600490565b600590565b50805f52600760205260405f20600181015490541015613b8d565b50505f90565b507f6ad06075000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b50600290565b5050600790565b6001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016301480613d0b575b15613c79577f000000000000000000000000000000000000000000000000000000000000000090565b60405160208101907f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f82527f000000000000000000000000000000000000000000000000000000000000000060408201527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a082015260a0815261327060c0826121c4565b507f00000000000000000000000000000000000000000000000000000000000000004614613c50565b8151919060418303613d6457613d5d9250602082015190606060408401519301515f1a90613fa6565b9192909190565b50505f9160029190565b919082039182116117f557565b805183118015613e3f575b613de557600182018083116117f557831180613dee575b158015908160011b91820460021417156117f557602801806028116117f557613dc68385613d6e565b03613de55791613ddf916001600160a01b039493614028565b90921690565b5050505f905f90565b507f30780000000000000000000000000000000000000000000000000000000000007fffff000000000000000000000000000000000000000000000000000000000000602084840101511614613d9d565b50828211613d86565b818110613e53575050565b5f8155600101613e48565b91818110613e6b57505050565b61295f925f5260205f209182019101613e48565b60ff8114613ede5760ff811690601f8211613eb65760405191613ea36040846121c4565b6020808452838101919036833783525290565b7fb3512b0c000000000000000000000000000000000000000000000000000000005f5260045ffd5b5060405161225481612a1a815f6125ce565b60ff8114613f145760ff811690601f8211613eb65760405191613ea36040846121c4565b5060405161225481612a1a8160016125ce565b65ffffffffffff8111613f3f5765ffffffffffff1690565b7f6dfcc650000000000000000000000000000000000000000000000000000000005f52603060045260245260445ffd5b805115613f7e57805190602001fd5b7fd6bda275000000000000000000000000000000000000000000000000000000005f5260045ffd5b91907f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0841161401d579160209360809260ff5f9560405194855216868401526040830152606082015282805260015afa1561049f575f516001600160a01b0381161561401357905f905f90565b505f906001905f90565b5050505f9160039190565b929092600184018085116117f5578311806140df575b158015908160011b91820460021417156117f557614061905f9492939495612dd0565b915b8183106140735750505060019190565b9092919360ff6140aa7fff000000000000000000000000000000000000000000000000000000000000006020888601015116614130565b16600f81116140d4578160041b91808304601014901517156117f557600191019401919290614063565b505f94508493505050565b507f30780000000000000000000000000000000000000000000000000000000000007fffff00000000000000000000000000000000000000000000000000000000000060208684010151161461403e565b60f81c602f8111806141f2575b1561416a577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd00160ff1690565b60608111806141e8575b156141a1577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa90160ff1690565b60408111806141de575b156141d8577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc90160ff1690565b5060ff90565b50604781106141ab565b5060678110614174565b50603a811061413d565b906142075750613f6f565b8151158061424d575b614218575090565b6001600160a01b03907f9996b315000000000000000000000000000000000000000000000000000000005f521660045260245ffd5b50803b1561421056",
  "immutableReferences": {
    "43": [
      {
        "length": 32,
        "start": 4414
      },
      {
        "length": 32,
        "start": 7085
      }
    ],
    "46": [
      {
        "length": 32,
        "start": 1484
      },
      {
        "length": 32,
        "start": 4858
      }
    ],
    "49": [
      {
        "length": 32,
        "start": 7981
      },
      {
        "length": 32,
        "start": 11782
      }
    ],
    "51": [
      {
        "length": 32,
        "start": 3542
      },
      {
        "length": 32,
        "start": 7414
      }
    ],
    "53": [
      {
        "length": 32,
        "start": 3582
      },
      {
        "length": 32,
        "start": 8271
      }
    ],
    "3136": [
      {
        "length": 32,
        "start": 760
      },
      {
        "length": 32,
        "start": 1081
      },
      {
        "length": 32,
        "start": 2299
      },
      {
        "length": 32,
        "start": 3388
      },
      {
        "length": 32,
        "start": 12345
      },
      {
        "length": 32,
        "start": 12630
      },
      {
        "length": 32,
        "start": 12978
      },
      {
        "length": 32,
        "start": 13933
      }
    ],
    "6113": [
      {
        "length": 32,
        "start": 15447
      }
    ],
    "6115": [
      {
        "length": 32,
        "start": 15630
      }
    ],
    "6117": [
      {
        "length": 32,
        "start": 15400
      }
    ],
    "6119": [
      {
        "length": 32,
        "start": 15526
      }
    ],
    "6121": [
      {
        "length": 32,
        "start": 15564
      }
    ],
    "6124": [
      {
        "length": 32,
        "start": 2790
      }
    ],
    "6127": [
      {
        "length": 32,
        "start": 2834
      }
    ]
  },
  "storageLayout": {
    "storage": [
      {
        "astId": 6129,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_nameFallback",
        "offset": 0,
        "slot": "0",
        "type": "t_string_storage"
      },
      {
        "astId": 6131,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_versionFallback",
        "offset": 0,
        "slot": "1",
        "type": "t_string_storage"
      },
      {
        "astId": 4838,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_nonces",
        "offset": 0,
        "slot": "2",
        "type": "t_mapping(t_address,t_uint256)"
      },
      {
        "astId": 627,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_name",
        "offset": 0,
        "slot": "3",
        "type": "t_string_storage"
      },
      {
        "astId": 632,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_proposals",
        "offset": 0,
        "slot": "4",
        "type": "t_mapping(t_uint256,t_struct(ProposalCore)605_storage)"
      },
      {
        "astId": 635,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_governanceCall",
        "offset": 0,
        "slot": "5",
        "type": "t_struct(Bytes32Deque)8231_storage"
      },
      {
        "astId": 2319,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_proposalVotes",
        "offset": 0,
        "slot": "7",
        "type": "t_mapping(t_uint256,t_struct(ProposalVote)2314_storage)"
      },
      {
        "astId": 2545,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_proposalIds",
        "offset": 0,
        "slot": "8",
        "type": "t_array(t_uint256)dyn_storage"
      },
      {
        "astId": 2550,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_proposalDetails",
        "offset": 0,
        "slot": "9",
        "type": "t_mapping(t_uint256,t_struct(ProposalDetails)2542_storage)"
      },
      {
        "astId": 2790,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_timelock",
        "offset": 0,
        "slot": "10",
        "type": "t_contract(TimelockController)9591"
      },
      {
        "astId": 2794,
        "contract": "LucidGovernor.sol:LucidGovernor",
        "label": "_timelockIds",
        "offset": 0,
        "slot": "11",
        "type": "t_mapping(t_uint256,t_bytes32)"
      }
    ],
    "types": {
      "t_address": {
        "encoding": "inplace",
        "label": "address",
        "numberOfBytes": "20"
      },
      "t_array(t_address)dyn_storage": {
        "base": "t_address",
        "encoding": "dynamic_array",
        "label": "address[]",
        "numberOfBytes": "32"
      },
      "t_array(t_bytes_storage)dyn_storage": {
        "base": "t_bytes_storage",
        "encoding": "dynamic_array",
        "label": "bytes[]",
        "numberOfBytes": "32"
      },
      "t_array(t_uint256)dyn_storage": {
        "base": "t_uint256",
        "encoding": "dynamic_array",
        "label": "uint256[]",
        "numberOfBytes": "32"
      },
      "t_bool": {
        "encoding": "inplace",
        "label": "bool",
        "numberOfBytes": "1"
      },
      "t_bytes32": {
        "encoding": "inplace",
        "label": "bytes32",
        "numberOfBytes": "32"
      },
      "t_bytes_storage": {
        "encoding": "bytes",
        "label": "bytes",
        "numberOfBytes": "32"
      },
      "t_contract(TimelockController)9591": {
        "encoding": "inplace",
        "label": "contract TimelockController",
        "numberOfBytes": "20"
      },
      "t_mapping(t_address,t_bool)": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => bool)",
        "numberOfBytes": "32",
        "value": "t_bool"
      },
      "t_mapping(t_address,t_uint256)": {
        "encoding": "mapping",
        "key": "t_address",
        "label": "mapping(address => uint256)",
        "numberOfBytes": "32",
        "value": "t_uint256"
      },
      "t_mapping(t_uint128,t_bytes32)": {
        "encoding": "mapping",
        "key": "t_uint128",
        "label": "mapping(uint128 => bytes32)",
        "numberOfBytes": "32",
        "value": "t_bytes32"
      },
      "t_mapping(t_uint256,t_bytes32)": {
        "encoding": "mapping",
        "key": "t_uint256",
        "label": "mapping(uint256 => bytes32)",
        "numberOfBytes": "32",
        "value": "t_bytes32"
      },
      "t_mapping(t_uint256,t_struct(ProposalCore)605_storage)": {
        "encoding": "mapping",
        "key": "t_uint256",
        "label": "mapping(uint256 => struct Governor.ProposalCore)",
        "numberOfBytes": "32",
        "value": "t_struct(ProposalCore)605_storage"
      },
      "t_mapping(t_uint256,t_struct(ProposalDetails)2542_storage)": {
        "encoding": "mapping",
        "key": "t_uint256",
        "label": "mapping(uint256 => struct GovernorStorage.ProposalDetails)",
        "numberOfBytes": "32",
        "value": "t_struct(ProposalDetails)2542_storage"
      },
      "t_mapping(t_uint256,t_struct(ProposalVote)2314_storage)": {
        "encoding": "mapping",
        "key": "t_uint256",
        "label": "mapping(uint256 => struct GovernorCountingSimple.ProposalVote)",
        "numberOfBytes": "32",
        "value": "t_struct(ProposalVote)2314_storage"
      },
      "t_string_storage": {
        "encoding": "bytes",
        "label": "string",
        "numberOfBytes": "32"
      },
      "t_struct(Bytes32Deque)8231_storage": {
        "encoding": "inplace",
        "label": "struct DoubleEndedQueue.Bytes32Deque",
        "members": [
          {
            "astId": 8224,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "_begin",
            "offset": 0,
            "slot": "0",
            "type": "t_uint128"
          },
          {
            "astId": 8226,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "_end",
            "offset": 16,
            "slot": "0",
            "type": "t_uint128"
          },
          {
            "astId": 8230,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "_data",
            "offset": 0,
            "slot": "1",
            "type": "t_mapping(t_uint128,t_bytes32)"
          }
        ],
        "numberOfBytes": "64"
      },
      "t_struct(ProposalCore)605_storage": {
        "encoding": "inplace",
        "label": "struct Governor.ProposalCore",
        "members": [
          {
            "astId": 594,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "proposer",
            "offset": 0,
            "slot": "0",
            "type": "t_address"
          },
          {
            "astId": 596,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "voteStart",
            "offset": 20,
            "slot": "0",
            "type": "t_uint48"
          },
          {
            "astId": 598,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "voteDuration",
            "offset": 26,
            "slot": "0",
            "type": "t_uint32"
          },
          {
            "astId": 600,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "executed",
            "offset": 30,
            "slot": "0",
            "type": "t_bool"
          },
          {
            "astId": 602,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "canceled",
            "offset": 31,
            "slot": "0",
            "type": "t_bool"
          },
          {
            "astId": 604,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "etaSeconds",
            "offset": 0,
            "slot": "1",
            "type": "t_uint48"
          }
        ],
        "numberOfBytes": "64"
      },
      "t_struct(ProposalDetails)2542_storage": {
        "encoding": "inplace",
        "label": "struct GovernorStorage.ProposalDetails",
        "members": [
          {
            "astId": 2533,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "targets",
            "offset": 0,
            "slot": "0",
            "type": "t_array(t_address)dyn_storage"
          },
          {
            "astId": 2536,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "values",
            "offset": 0,
            "slot": "1",
            "type": "t_array(t_uint256)dyn_storage"
          },
          {
            "astId": 2539,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "calldatas",
            "offset": 0,
            "slot": "2",
            "type": "t_array(t_bytes_storage)dyn_storage"
          },
          {
            "astId": 2541,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "descriptionHash",
            "offset": 0,
            "slot": "3",
            "type": "t_bytes32"
          }
        ],
        "numberOfBytes": "128"
      },
      "t_struct(ProposalVote)2314_storage": {
        "encoding": "inplace",
        "label": "struct GovernorCountingSimple.ProposalVote",
        "members": [
          {
            "astId": 2305,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "againstVotes",
            "offset": 0,
            "slot": "0",
            "type": "t_uint256"
          },
          {
            "astId": 2307,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "forVotes",
            "offset": 0,
            "slot": "1",
            "type": "t_uint256"
          },
          {
            "astId": 2309,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "abstainVotes",
            "offset": 0,
            "slot": "2",
            "type": "t_uint256"
          },
          {
            "astId": 2313,
            "contract": "LucidGovernor.sol:LucidGovernor",
            "label": "hasVoted",
            "offset": 0,
            "slot": "3",
            "type": "t_mapping(t_address,t_bool)"
          }
        ],
        "numberOfBytes": "128"
      },
      "t_uint128": {
        "encoding": "inplace",
        "label": "uint128",
        "numberOfBytes": "16"
      },
      "t_uint256": {
        "encoding": "inplace",
        "label": "uint256",
        "numberOfBytes": "32"
      },
      "t_uint32": {
        "encoding": "inplace",
        "label": "uint32",
        "numberOfBytes": "4"
      },
      "t_uint48": {
        "encoding": "inplace",
        "label": "uint48",
        "numberOfBytes": "6"
      }
    }
  }
} as const;
